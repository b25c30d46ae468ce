import assert from "node:assert/strict";
import { readArguments } from "../../../automation/plain-pulumi/arguments";
import type { Own } from "../../../automation/plain-pulumi/judgement";
import { judge } from "../../../automation/plain-pulumi/judgement";

const OWN: Own = {
  stack: "homelab",
  project: "proxmox-talos",
  organization: "lab",
  url: "s3://lab-state?region=garage",
  projectDir: "/project",
  neighbours: ["prod"],
};
const of = (line: string): ReturnType<typeof judge> => judge(line === "" ? [] : line.split(" "), OWN);

describe("a command line of a plain pulumi", () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    keeps: [
      "",
      "stack",
      "stack --show-urns",
      "stack ls --json",
      "stack list",
      "stack history --page 2",
      "stack export --file destroy",
      "stack output kubeconfig --show-secrets",
      "stack -s homelab output",
      "stack select homelab",
      "stack init homelab",
      "stack tag rm owner",
      "config",
      "config set --secret proxmoxve:apiToken",
      "config rm a",
      "config set key -- --stack=prod",
      "preview",
      "pre --diff",
      "about",
      "whoami -v",
      "plugin rm --all",
      "login",
      "login s3://lab-state?region=garage",
      "logout",
      "version",
      "help destroy",
      "destroy --help",
      "destroy -yh",
      "destroy --preview-only",
      "destroy --yes --preview-only=true",
      "refresh --preview-only",
      "--color never stack ls",
    ],
    changes: [
      "up",
      "update --yes",
      "up -m destroy",
      "up --message destroy -t urn",
      "refresh -y",
      "import --file resources.json",
      "watch",
      "state unprotect --all",
      "state rename urn new",
      "state edit",
      "state something-new",
      "stack rename other",
      "stack change-secrets-provider passphrase",
      "stack something-new",
      "something-new",
      "deployment something-new",
      "refresh --preview-only=false",
    ],
    unlocks: ["cancel", "cancel homelab --yes", "--non-interactive cancel"],
    loses: [
      "destroy",
      "down",
      "dn -y",
      "--color never destroy",
      "--color=never destroy",
      "-C . destroy",
      "-C. destroy",
      "-v9 destroy",
      "-v 9 destroy",
      "--emoji destroy",
      "-eQ destroy",
      "--something-new value destroy",
      "--something-new destroy",
      "-z destroy",
      "-- destroy",
      "--color -- destroy",
      "destroy --preview-only=false",
      "destroy --preview-only --preview-only=false",
      "destroy -m --preview-only",
      "destroy --something-new --preview-only",
      "destroy -m --help",
      "destroy -m -h",
      "destroy -th",
      "destroy --exclude --help",
      "stack rm",
      "stack rm --force homelab",
      "stack remove",
      "stack delete",
      "stack -s homelab rm",
      "stack --stack homelab rm",
      "stack --stack=homelab rm",
      "stack --something-new ls rm",
      "stack import",
      "stack import --file ls",
      "state delete urn",
      "state rm urn",
      "up https://github.com/somebody/else",
      "deployment run destroy",
    ],
  };
  for (const [effect, lines] of Object.entries(cases)) {
    it(`is seen to do what it does to the state: ${effect}`, () => {
      assert.deepEqual(
        lines.map((line) => [line, of(line).effect, of(line).refusal]),
        lines.map((line) => [line, effect, undefined]),
      );
    });
  }

  it("is known by its name, whatever it is called by", () => {
    assert.deepEqual(
      ["dn --yes", "stack rm homelab", "stack --show-ids rm", "state rm urn", "something-new here", "update", ""].map(
        (line) => of(line).command,
      ),
      ["destroy", "stack remove", "stack remove", "state delete", "something-new", "up", ""],
    );
  });

  it("deletes the stack file unless it is told not to", () => {
    assert.deepEqual(
      [
        "stack rm",
        "stack rm --preserve-config",
        "stack rm --preserve-config=false",
        "destroy",
        "destroy --remove",
        "stack ls",
      ].map((line) => of(line).deletesFile),
      [true, false, true, false, true, false],
    );
  });

  it("is refused when it is about another stack, however that is written", () => {
    const lines = [
      "up --stack prod",
      "up --stack=prod",
      "up -s prod",
      "up -sprod",
      "up -s=prod",
      "up -ys prod",
      "up -ysprod",
      "up -fsprod",
      "-s prod stack ls",
      "stack -s prod ls",
      "stack --something-new --stack prod ls",
      "config --something-new -- --stack prod",
      "up -m -- -s prod",
      "up -s homelab -s prod",
      "up --stack other-org/proxmox-talos/homelab",
      "up --stack organization/other/homelab",
      "up --stack a/b/c/homelab",
      "stack rm prod",
      "stack rm --yes prod",
      "stack select prod",
      "stack select --create prod",
      "stack init prod",
      "stack new prod",
      "stack init homelab --copy-config-from prod",
      "cancel prod",
      "state move --source prod --dest homelab urn",
    ];
    for (const line of lines) assert.match(of(line).refusal ?? `not refused: ${line}`, /is another stack than homelab/, line);
    assert.match(of("up -s prod").refusal ?? "", /^prod is another stack .* lab pulumi <stack> -- …$/);
  });

  it("is not refused when it names the stack itself", () => {
    for (const name of [
      "homelab",
      "organization/homelab",
      "lab/homelab",
      "organization/proxmox-talos/homelab",
      "lab/proxmox-talos/homelab",
    ]) {
      assert.equal(of(`up --stack ${name}`).refusal, undefined, name);
    }
    assert.equal(judge(["up", "--stack", ""], OWN).refusal, undefined);
    assert.equal(of("stack rm --yes --preserve-config homelab").refusal, undefined);
    assert.equal(of("up --message=--stack=prod").refusal, undefined);
    assert.equal(of("up --message --stack=prod").refusal, undefined);
    assert.equal(of("stack rename other").refusal, undefined);
    assert.equal(of("up --stack prod --help").refusal, undefined);
  });

  it("is refused when the stack would get a name whose file is there", () => {
    for (const line of ["stack rename prod", "stack rename lab/proxmox-talos/Prod", "stack rename --something-new prod"]) {
      assert.equal(
        of(line).refusal,
        "Pulumi.prod.yaml is there, and would be overwritten by that of homelab; choose another name",
        line,
      );
    }
    assert.equal(of("stack rename Homelab").refusal, undefined);
  });

  it("is refused with another stack's file, and is told where the consent belongs", () => {
    for (const line of ["up --config-file Pulumi.prod.yaml", "config set a b --config-file=./Pulumi.prod.yaml"]) {
      assert.match(of(line).refusal ?? `not refused: ${line}`, /Pulumi\.prod\.yaml is the file of another stack than homelab; /);
    }
    for (const file of ["Pulumi.homelab.yaml", "/project/Pulumi.homelab.yaml", "/tmp/Pulumi.prod.yaml", "variant.yaml"]) {
      assert.equal(of(`preview --config-file ${file}`).refusal, undefined, file);
    }
    for (const line of ["stack rm --yes --consent homelab-cluster", "--consent=homelab-cluster destroy"]) {
      assert.match(
        of(line).refusal ?? `not refused: ${line}`,
        /^--consent is an option of lab: put it before the two hyphens, lab pulumi homelab --consent <name> -- …$/,
      );
    }
  });

  it("is refused in another project, with two stacks, and when it would leave the backend", () => {
    for (const line of ["-C /elsewhere up", "--cwd=/elsewhere up", "up -C.. ", "up --cwd sub"]) {
      assert.match(of(line.trim()).refusal ?? `not refused: ${line}`, /leads to another project; leave it out$/, line);
    }
    for (const line of ["-C /project up", "--cwd . up"]) assert.equal(of(line).refusal, undefined, line);
    for (const line of ["state move --dest homelab urn", "state mv urn", "config cp --path key"]) {
      assert.match(of(line).refusal ?? `not refused: ${line}`, /is about two stacks, which have a passphrase each/, line);
    }
    for (const line of [
      "login s3://other",
      "login --local",
      "login -l",
      "login -c s3://other",
      "login --cloud-url=x",
      "logout --all",
      "logout s3://other",
    ]) {
      assert.match(of(line).refusal ?? `not refused: ${line}`, /is about another backend than that of homelab/, line);
    }
  });

  it("is taken apart with both readings of what is not known", () => {
    assert.deepEqual(readArguments(["--new", "value", "up"]), {
      words: [
        { text: "value", sure: false },
        { text: "up", sure: true },
      ],
      options: [{ name: "new", value: undefined, sure: true }],
    });
    assert.deepEqual(readArguments(["-ys", "homelab", "-"]), {
      words: [{ text: "-", sure: true }],
      options: [
        { name: "yes", value: undefined, sure: true },
        { name: "stack", value: "homelab", sure: true },
      ],
    });
  });
});
