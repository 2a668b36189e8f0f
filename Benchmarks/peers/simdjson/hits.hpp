// Counts what conditions are true of, or names each record.
#pragma once
#include <cstdio>

#include "text.hpp"

template <size_t rules>
class Hits {
 public:
  uint64_t count[rules] = {};
  // Where hits are named: the names of the rules, and the record that is asked.
  const char *const *names = nullptr;
  Text auditID;

  void operator()(size_t rule, bool isTrue) {
    if (!isTrue) return;
    ++count[rule];
    if (names) std::printf("%s\t%.*s\n", names[rule], int(auditID.size()), auditID.data());
  }
};
