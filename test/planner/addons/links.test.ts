import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { valueAt } from "../../../planner/addons/layers";
import type { AddonKey } from "../../../planner/plan";
import { addonsIn } from "../../addons";

interface Source {
  readonly uid: string;
  readonly jsonData?: {
    readonly derivedFields?: readonly {
      readonly matcherType: string;
      readonly matcherRegex: string;
      readonly datasourceUid: string;
    }[];
    readonly tracesToLogsV2?: { readonly datasourceUid: string };
    readonly tracesToMetrics?: { readonly datasourceUid: string; readonly queries: readonly { readonly query: string }[] };
    readonly serviceMap?: { readonly datasourceUid: string };
  };
}

/** Grafana's data sources, the chart's own first. */
function sources(settings: Partial<Record<AddonKey, object | undefined>> = {}): { own: unknown; more: readonly Source[] } {
  const values = addonsIn("prod", settings).kubePrometheusStack?.values;
  return {
    own: valueAt(values, "grafana.sidecar.datasources"),
    more: (valueAt(values, "grafana.additionalDataSources") ?? []) as readonly Source[],
  };
}

describe("links between logs, traces and metrics", () => {
  it("lead from each of Grafana's data sources to the others, by fixed uids", () => {
    const { own, more } = sources();
    assert.deepEqual(own, {
      uid: "prometheus",
      exemplarTraceIdDestinations: { datasourceUid: "tempo", traceIdLabelName: "trace_id", urlDisplayLabel: "Trace" },
    });
    const [loki, tempo] = ["loki", "tempo"].map((uid) => more.find((each) => each.uid === uid)?.jsonData);
    assert.deepEqual(
      loki?.derivedFields?.map(({ matcherType, datasourceUid }) => [matcherType, datasourceUid]),
      [
        ["regex", "tempo"],
        ["label", "tempo"],
      ],
    );
    assert.deepEqual(
      [tempo?.tracesToLogsV2, tempo?.tracesToMetrics, tempo?.serviceMap].map((link) => link?.datasourceUid),
      ["loki", "prometheus", "prometheus"],
    );
    for (const { query } of tempo?.tracesToMetrics?.queries ?? []) assert.match(query, /\{\$\$__tags[,}]/);
  });

  it("find a trace's id however a program writes it", () => {
    const regex = sources().more.find(({ uid }) => uid === "loki")?.jsonData?.derivedFields?.[0]?.matcherRegex ?? "";
    const id = "4bf92f3577b34da6a3ce929d0e0e4736";
    for (const line of [`trace_id=${id} x`, `{"traceId":"${id}"}`, `{"trace_id": "${id}"}`, `traceID: ${id}`, `TraceId=${id}`])
      assert.equal(new RegExp(regex).exec(line)?.[1], id, line);
    assert.equal(new RegExp(regex).exec(`span_id=${id.slice(16)}`), null);
  });

  it("lead nowhere where nothing is", () => {
    const { own, more } = sources({ tempo: undefined });
    assert.deepEqual([own, more.map(({ jsonData }) => jsonData)], [{ uid: "prometheus" }, [undefined]]);
    const [tempo] = sources({ loki: undefined }).more;
    assert.equal(tempo?.jsonData?.tracesToLogsV2, undefined);
    const off = sources({ kubePrometheusStack: { grafana: { enabled: false } } });
    assert.deepEqual(off, { own: undefined, more: [] });
  });

  it("need metrics of traces, which Tempo makes for every Prometheus", () => {
    const writes = (settings: object): unknown =>
      (valueAt(addonsIn("prod", settings).tempo?.values, "tempo.metricsGenerator.storage.remote_write") as object[] | undefined)
        ?.length;
    assert.deepEqual([writes({}), writes({ kubePrometheusStack: undefined })], [2, undefined]);
  });
});
