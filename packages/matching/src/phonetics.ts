// By sub-path: the package's main entry pulls in database clients and takes half a second and 160 MB to load; this
// folder alone takes some 10 ms and 2 MB.
import { DoubleMetaphone } from "natural/lib/natural/phonetics/index.js";

const doubleMetaphone = new DoubleMetaphone();

/**
 * How a folded name sounds: its primary Double Metaphone code (`catherine`, `katherine` and `kathryn` are `K0RN`).
 * Where the code says nothing, as for a name in another script, the name stands for itself; "" only for "".
 */
export function sound(folded: string): string {
  return doubleMetaphone.process(folded)[0] || folded;
}
