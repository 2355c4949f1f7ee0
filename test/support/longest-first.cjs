const { readFileSync, statSync } = require('node:fs');
const { default: Sequencer } = require('@jest/test-sequencer');

/** What a suite starts tells best how long it takes; nothing is known of earlier runs on a fresh clone. */
const byCost = [
  /consoleSuite|launchBrowser|startProduct|Outsider\.start|startStandIns|createTimeWorld/,
  /create(Flow|Pull|Push|Drift|Departure)World|startTestWorker|startWorker/,
  /World|startTestApi|createTestDatabase/,
];

/** A long suite that begins last is waited for by everybody. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const weighed = tests.map((test) => {
      const text = readFileSync(test.path, 'utf8');
      const rank = byCost.findIndex((starts) => starts.test(text));
      return { test, rank: rank === -1 ? byCost.length : rank, size: statSync(test.path).size };
    });
    return weighed.sort((a, b) => a.rank - b.rank || b.size - a.size).map(({ test }) => test);
  }
};
