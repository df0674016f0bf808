/** Patterns that pick names from a list: `*` stands for any characters, `?` for one; without either, a part of the name is enough. */

/** @returns a test for names, blind to upper and lower case; takes time proportional to name and pattern at most */
export function patternTest(pattern: string | null): (name: string) => boolean {
  if (pattern === null || pattern === "") return () => true;
  const wanted = pattern.toLowerCase();
  if (!/[*?]/.test(wanted)) return (name) => name.toLowerCase().includes(wanted);
  return (name) => matches(name.toLowerCase(), wanted);
}

/** Goes back to the last star only, so that no pattern takes exponential time. */
function matches(name: string, pattern: string): boolean {
  let at = 0;
  let place = 0;
  let star = -1;
  let starAt = 0;
  while (at < name.length) {
    if (pattern[place] === "*") {
      star = place++;
      starAt = at;
    } else if (pattern[place] === "?" || pattern[place] === name[at]) {
      place++;
      at++;
    } else if (star >= 0) {
      place = star + 1;
      at = ++starAt;
    } else return false;
  }
  while (pattern[place] === "*") place++;
  return place === pattern.length;
}
