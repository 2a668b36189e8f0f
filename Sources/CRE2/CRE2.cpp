#include "CRE2.h"

#include <re2/re2.h>

#include <cstring>
#include <new>
#include <vector>

struct cre2_regex {
  re2::RE2 re;
  cre2_regex(re2::StringPiece pattern, const re2::RE2::Options &options) : re(pattern, options) {}
};

extern "C" cre2_regex *cre2_compile(const char *pattern, size_t pattern_size, int64_t max_memory, char *error,
                                    size_t error_size) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(max_memory);
  auto *regex = new (std::nothrow) cre2_regex(re2::StringPiece(pattern, pattern_size), options);
  if (regex == nullptr) return nullptr;
  if (regex->re.ok()) return regex;
  if (error_size > 0) {
    std::strncpy(error, regex->re.error().c_str(), error_size - 1);
    error[error_size - 1] = 0;
  }
  delete regex;
  return nullptr;
}

extern "C" void cre2_free(cre2_regex *regex) { delete regex; }

extern "C" int cre2_group_count(const cre2_regex *regex) { return regex->re.NumberOfCapturingGroups(); }

extern "C" int cre2_matches(const cre2_regex *regex, const char *text, size_t text_size) {
  re2::StringPiece piece(text, text_size);
  return regex->re.Match(piece, 0, text_size, re2::RE2::UNANCHORED, nullptr, 0);
}

extern "C" int cre2_find(const cre2_regex *regex, const char *text, size_t text_size, size_t from, cre2_span *spans,
                         int span_count) {
  if (from > text_size || span_count < 0 || span_count > 256) return 0;
  re2::StringPiece piece(text, text_size);
  re2::StringPiece groups[256];
  if (!regex->re.Match(piece, from, text_size, re2::RE2::UNANCHORED, groups, span_count)) return 0;
  for (int i = 0; i < span_count; i++) {
    if (groups[i].data() == nullptr) {
      spans[i] = {-1, -1};
    } else {
      spans[i].start = groups[i].data() - text;
      spans[i].end = spans[i].start + static_cast<int64_t>(groups[i].size());
    }
  }
  return 1;
}

extern "C" ptrdiff_t cel_find(const uint8_t *text, size_t text_size, const uint8_t *part, size_t part_size) {
  if (part_size == 0) return 0;
  if (part_size > text_size) return -1;
  const void *found = memmem(text, text_size, part, part_size);
  return found == nullptr ? -1 : static_cast<const uint8_t *>(found) - text;
}
