// The project's own program with one needless order in it.
import "./order-all-vms";
import "../../index";
