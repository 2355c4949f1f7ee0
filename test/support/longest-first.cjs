const { readFileSync, statSync } = require('node:fs');
const { default: Sequencer } = require('@jest/test-sequencer');

/** What a suite starts tells best how long it takes; nothing is known of earlier runs on a fresh clone. */
const byCost = [
  /consoleSuite|launchBrowser|startProduct|Outsider\.start|startStandIns|createTimeWorld/,
  /create(Flow|Pull|Push|Drift|Departure)World|startTestWorker|startWorker/,
  /World|startTestApi|createTestDatabase/,
];

/** Suites that kill something wait most of the time: until it is missed, until it is back. */
const mostlyWaits = /SIGKILL|startStandIns/;

/**
 * A long suite that begins last is waited for by everybody. Those that wait are spread among those that work: beside
 * one another they leave the processor idle, and the others would later fight for it.
 */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const weighed = tests.map((test) => {
      const text = readFileSync(test.path, 'utf8');
      const rank = byCost.findIndex((starts) => starts.test(text));
      return {
        test,
        rank: rank === -1 ? byCost.length : rank,
        waits: mostlyWaits.test(text),
        size: statSync(test.path).size,
      };
    });
    return [...byCost, undefined].flatMap((_, rank) => {
      const alike = weighed.filter((one) => one.rank === rank).sort((a, b) => b.size - a.size);
      return spread(
        alike.filter(({ waits }) => waits),
        alike.filter(({ waits }) => !waits),
      ).map(({ test }) => test);
    });
  }
};

/** Each kind in its order, and as evenly among the other as their numbers allow. */
function spread(...kinds) {
  return kinds
    .flatMap((kind) => kind.map((one, index) => ({ one, place: (index + 0.5) / kind.length })))
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one);
}
