#ifndef CALLOCATIONS_H
#define CALLOCATIONS_H

/// How often this thread has asked for memory so far; -1 where that cannot be counted.
long callocations_count(void);

#endif
