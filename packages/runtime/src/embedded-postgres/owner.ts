import { readFileSync, realpathSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname } from "node:path";

/** The unprivileged user PostgreSQL runs as, when we are root; it refuses to run as root itself. */
export type Owner = { readonly uid: number; readonly gid: number };

const NOBODY: Owner = { uid: 65534, gid: 65534 };
const OTHERS_EXECUTE = 0o001;
const GROUP_EXECUTE = 0o010;
const USER_EXECUTE = 0o100;

/**
 * Who shall own the database, or undefined when we are not root and it is simply ours. In this order: the owner of a
 * database that exists; the owner of the folder Chesil stands in (then `sudo npm start` once does not lock its owner
 * out for ever); `nobody`. No user is ever created.
 */
export function chooseOwner(existing: string, standsIn: string): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const found = ownerOf(existing);
  if (found !== undefined) return found;
  const known = knownUsers();
  const neighbour = ownerOf(standsIn);
  // initdb looks its user up by name, so the id has to have one.
  if (neighbour !== undefined && known.some((user) => user.uid === neighbour.uid)) return neighbour;
  const nobody = known.find((user) => user.uid === NOBODY.uid) ?? known.find((user) => user.name === "nobody");
  return nobody === undefined ? NOBODY : { uid: nobody.uid, gid: nobody.gid };
}

/** True when initdb can find a name for the user it would run as. */
export function hasName(owner: Owner | undefined): boolean {
  if (owner !== undefined) return knownUsers().some((user) => user.uid === owner.uid);
  try {
    return userInfo().username !== "";
  } catch {
    return false;
  }
}

/** The folder's owner, unless that is root or there is no such folder. */
function ownerOf(folder: string): Owner | undefined {
  const stat = statSync(folder, { throwIfNoEntry: false });
  return stat === undefined || stat.uid === 0 ? undefined : { uid: stat.uid, gid: stat.gid };
}

function knownUsers(): (Owner & { name: string })[] {
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  return lines.flatMap((line) => {
    const [name, , uid, gid] = line.split(":");
    const user = { name: name ?? "", uid: Number(uid), gid: Number(gid) };
    return Number.isInteger(user.uid) && user.uid > 0 && Number.isInteger(user.gid) ? [user] : [];
  });
}

/** True when `owner` may walk to `path`: through every folder above it, and through itself if it is a folder. */
export function canReach(path: string, owner: Owner): boolean {
  const real = realpathSync(path);
  let folder = statSync(real).isDirectory() ? real : dirname(real);
  for (; ; folder = dirname(folder)) {
    const stat = statSync(folder);
    const bit = stat.uid === owner.uid ? USER_EXECUTE : stat.gid === owner.gid ? GROUP_EXECUTE : OTHERS_EXECUTE;
    if ((stat.mode & bit) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
