import { setFlagsFromString } from 'node:v8';

/** Imported before everything else: what is loaded is a good part of what the process holds. */

/**
 * V8 lets the old heap of an idle machine grow to four times of what is alive before it cleans up. A pull of 100,000
 * members makes little that stays and much that goes: the worker held 490 MB that way, and holds 320 MB when it
 * cleans up earlier, in the same time.
 */
setFlagsFromString('--heap-growing-percent=40');

/**
 * Room for what is new, in megabytes, three times for each of the threads; 16 by default. An idle worker takes 320 MB
 * with that and 290 MB with this.
 */
setFlagsFromString('--max-semi-space-size=4');

/**
 * Less code compiled ahead of being needed. Together with the line above, a simulated push of 100,000 new people peaks
 * at 480 MB instead of 550, and takes 19 s instead of 16.
 */
setFlagsFromString('--optimize-for-size');
