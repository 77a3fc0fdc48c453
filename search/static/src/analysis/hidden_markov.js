/* The hidden Markov model that cuts runs of characters which no word of the dictionary has, as in jieba. */

const NEVER = -3.14e100; // the logarithm of a probability of zero, as in jieba
const NO_COUNT = 48; // the code of "0"
const STATES = "BEMS"; // a character begins, ends, is inside of or is a word; in the order that decides ties
const BEFORE = { B: "ES", E: "BM", M: "BM", S: "ES" };

export class HiddenMarkovModel {
  /** `file` as on disk; `chars` are the characters of the site. */
  constructor(file, chars) {
    this._file = file;
    this._characters = new Map([...chars].map((character, place) => [character, place]));
  }

  /** The likeliest state of each character, by Viterbi's algorithm. */
  states(left) {
    const model = this._file;
    const emission = (state, place) => this._emission(state, left[place]);
    let paths = new Map([...STATES].map((state) => [state, [model.start[state] + emission(state, 0), state]]));
    for (let place = 1; place < left.length; place++) {
      const before = paths;
      paths = new Map();
      for (const state of STATES) {
        const ways = [...BEFORE[state]].map((from) => {
          const [likelihood, path] = before.get(from);
          return [likelihood + model.transitions[from][state] + emission(state, place), path + state];
        });
        paths.set(state, ways.reduce(likelier));
      }
    }
    return [...likelier(paths.get("E"), paths.get("S"))[1]];
  }

  /** The logarithm of the probability of a character in a state. One that the site does not have is as likely in each:
   * the others decide, and mostly join it, as the dictionary would. */
  _emission(state, character) {
    const { least, counts } = this._file.states[state];
    const place = this._characters.get(character);
    if (place === undefined) return 0;
    const count = counts.charCodeAt(place) - NO_COUNT;
    return count ? least + Math.sqrt((count - 1) / this._file.scale) : NEVER;
  }
}

/** The second of two [likelihood, path] unless the first is likelier. */
function likelier(first, second) {
  return second[0] >= first[0] ? second : first;
}
