// Texts: what the conditions ask of them, each in one place.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

using Text = std::string_view;

inline bool starts(Text text, Text head) { return text.substr(0, head.size()) == head; }
inline bool ends(Text text, Text tail) { return text.size() >= tail.size() && text.substr(text.size() - tail.size()) == tail; }
inline bool has(Text text, Text part) { return text.find(part) != Text::npos; }
inline bool hasAny(Text text, std::initializer_list<Text> parts) {
  return std::any_of(parts.begin(), parts.end(), [&](Text part) { return has(text, part); });
}

inline char lower(char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }
inline bool sameLower(Text text, Text lowered) {
  return text.size() == lowered.size() && std::equal(text.begin(), text.end(), lowered.begin(), [](char a, char b) { return lower(a) == b; });
}
inline bool hasAnyLower(Text text, std::initializer_list<Text> parts) {
  std::string copy(text);
  for (char &c : copy) c = lower(c);
  return hasAny(copy, parts);
}

// A set of words: of one length there are few.
class Words {
 public:
  Words(std::initializer_list<Text> words) {
    for (Text word : words) ofLength[word.size()].push_back(word);
  }
  bool operator()(Text word) const {
    if (word.size() >= ofLength.size()) return false;
    for (Text one : ofLength[word.size()])
      if (std::memcmp(one.data(), word.data(), word.size()) == 0) return true;
    return false;
  }

 private:
  std::array<std::vector<Text>, 96> ofLength;
};

// Which of some lists have a word that stands in a text: all words of all lists in one pass.
//
// Most places of a text begin no word: one look at two bytes says so. A text must be readable one byte past its end.
class Search {
 public:
  using Lists = uint32_t;

  void add(Lists list, std::initializer_list<Text> words) {
    for (Text word : words) {
      Text text = word;
      for (unsigned second = 0; second < 256; ++second)
        if (text.size() == 1 || second == uint8_t(text[1])) mark(uint8_t(text[0]) | second << 8, {text, list});
    }
  }

  Lists operator()(Text text) const {
    Lists found = 0;
    const char *end = text.data() + text.size();
    for (const char *at = text.data(); at < end; ++at) {
      uint16_t pair;
      std::memcpy(&pair, at, 2);
      if (!(begins[pair >> 6] >> (pair & 63) & 1)) continue;
      for (const Word &word : words[slot(pair)])
        if (size_t(end - at) >= word.text.size() && std::memcmp(at, word.text.data(), word.text.size()) == 0) found |= word.lists;
    }
    return found;
  }

 private:
  struct Word {
    Text text;
    Lists lists;
  };
  static unsigned slot(uint16_t pair) { return (pair ^ pair >> 5) & 1023; }
  void mark(uint16_t pair, Word word) {
    begins[pair >> 6] |= uint64_t(1) << (pair & 63);
    std::vector<Word> &here = words[slot(pair)];
    for (Word &one : here)
      if (one.text == word.text) {
        one.lists |= word.lists;
        return;
      }
    here.push_back(word);
  }
  std::array<uint64_t, 1024> begins{};
  std::array<std::vector<Word>, 1024> words;
};

// Fifty-six characters of base64 in a row, but no JSON web token.
inline bool isEncoded(Text text) {
  static const auto base64 = [] {
    std::array<bool, 256> is{};
    for (unsigned c = 0; c < 256; ++c) is[c] = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
    return is;
  }();
  const size_t length = 56;
  if (text.size() < length || starts(text, "eyJ")) return false;
  for (size_t from = 0; from + length <= text.size();) {
    size_t at = from + length;
    while (at > from && base64[uint8_t(text[at - 1])]) --at;
    if (at == from) return true;
    from = at;
  }
  return false;
}

inline std::string decodeURL(Text text) {
  auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 'a' + 10 : -1; };
  std::string decoded;
  for (size_t at = 0; at < text.size(); ++at) {
    int high = text[at] == '%' && at + 2 < text.size() ? digit(text[at + 1]) : -1, low = high < 0 ? -1 : digit(text[at + 2]);
    decoded += low < 0 ? text[at] : char(high << 4 | low);
    if (low >= 0) at += 2;
  }
  return decoded;
}
