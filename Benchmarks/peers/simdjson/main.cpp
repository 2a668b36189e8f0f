// The conditions of conditions/ over an audit log, written by hand in C++ with simdjson: what a program for these rules alone can reach.
//
// usage: same-rules [--few | --shipped | --sigma] [--hits] [--runs N] LOG
//
// --few      fourteen plain conditions instead of the rules' own
// --shipped  the conditions of the shipped rules alone; --sigma those of Sigma's; else those of Falco's as well
// --hits     `rule, tab, audit ID` of every hit instead of a number a rule
// --runs N   goes over the log N times and prints events a second of the one in the middle, on one processor
//
// The log is read(2) in blocks into one buffer, split at newlines, and each line is parsed where it lies.
#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <memory>

#include "conditions_falco.hpp"
#include "conditions_few.hpp"
#include "conditions_shipped.hpp"
#include "conditions_sigma.hpp"
#include "reader.hpp"

struct Asked {
  bool few = false, shipped = true, sigma = true, falco = true, names = false;

  Reader::Depth depth() const { return few ? Reader::Depth::few : shipped || falco ? Reader::Depth::object : Reader::Depth::request; }
  int runs = 0;
  const char *log = nullptr;
};

struct Program {
  const Asked asked;
  Reader reader;
  Record record;
  Facts facts{record};
  Hits<Few::rules> few;
  Hits<Shipped::rules> shipped;
  Hits<Sigma::rules> sigma;
  Hits<Falco::rules> falco;
  uint64_t events = 0, damaged = 0;

  explicit Program(const Asked &asked) : asked(asked), reader(asked.depth()) {
    if (asked.names) few.names = Few::names, shipped.names = Shipped::names, sigma.names = Sigma::names, falco.names = Falco::names;
  }

  void line(const char *line, size_t length) {
    if (length == 0) return;
    ++events;
    Reader::Worth worth = reader.read(line, length, record);
    damaged += worth == Reader::Worth::damaged;
    if (worth != Reader::Worth::asking) return;
    few.auditID = shipped.auditID = sigma.auditID = falco.auditID = record.auditID;
    if (asked.few) Few::ask(record, few);
    if (asked.sigma) Sigma::ask(record, sigma);
    if (!asked.shipped && !asked.falco) return;
    facts.begin();
    if (asked.falco) Falco::ask(facts, falco);
    if (asked.shipped) Shipped::ask(facts, shipped);
  }

  // False where the log cannot be read.
  bool run() {
    int file = open(asked.log, O_RDONLY);
    if (file < 0) return false;
    size_t capacity = 256 << 10, filled = 0;
    std::unique_ptr<char[]> buffer(new char[capacity + simdjson::SIMDJSON_PADDING]());
    ssize_t got;
    while ((got = read(file, buffer.get() + filled, capacity - filled)) > 0) {
      const char *at = buffer.get(), *end = at + filled + got, *newline = at + filled;
      while ((newline = static_cast<const char *>(std::memchr(newline, '\n', end - newline)))) {
        line(at, newline - at);
        at = ++newline;
      }
      filled = end - at;
      if (filled < capacity) {
        std::memmove(buffer.get(), at, filled);
        continue;
      }
      // A line that is longer than the buffer.
      std::unique_ptr<char[]> larger(new char[2 * capacity + simdjson::SIMDJSON_PADDING]());
      std::memcpy(larger.get(), at, filled);
      buffer = std::move(larger);
      capacity *= 2;
    }
    close(file);
    if (filled > 0) line(buffer.get(), filled);
    return got == 0;
  }

  template <size_t rules>
  static void print(const Hits<rules> &hits, const char *const (&names)[rules]) {
    for (size_t rule = 0; rule < rules; ++rule) std::printf("%llu\t%s\n", (unsigned long long)hits.count[rule], names[rule]);
  }
  void printCounts() const {
    if (asked.few) print(few, Few::names);
    if (asked.shipped) print(shipped, Shipped::names);
    if (asked.sigma) print(sigma, Sigma::names);
    if (asked.falco) print(falco, Falco::names);
  }
};

static double cpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

// Events a second, by the run in the middle.
static bool measure(const Asked &asked) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(sched_getcpu(), &one);
  sched_setaffinity(0, sizeof one, &one);
  std::vector<double> cpu, wall;
  uint64_t events = 0;
  for (int run = 0; run < asked.runs; ++run) {
    double before = cpuSeconds();
    auto start = std::chrono::steady_clock::now();
    auto program = std::make_unique<Program>(asked);
    if (!program->run()) return false;
    cpu.push_back(cpuSeconds() - before);
    wall.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    events = program->events;
  }
  std::sort(cpu.begin(), cpu.end());
  std::sort(wall.begin(), wall.end());
  double cpuMiddle = cpu[cpu.size() / 2], wallMiddle = wall[wall.size() / 2];
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  std::printf("%llu events: %.3f s CPU, %.0f events/s; %.3f s of wall clock, %.0f events/s; %ld MiB; %s\n", (unsigned long long)events, cpuMiddle,
              events / cpuMiddle, wallMiddle, events / wallMiddle, usage.ru_maxrss / 1024, SIMDJSON_STRINGIFY(SIMDJSON_BUILTIN_IMPLEMENTATION));
  return true;
}

int main(int count, char **words) {
  Asked asked;
  for (int at = 1; at < count; ++at) {
    Text word = words[at];
    if (word == "--few") asked.few = true, asked.shipped = asked.sigma = asked.falco = false;
    else if (word == "--shipped") asked.sigma = asked.falco = false;
    else if (word == "--sigma") asked.shipped = asked.falco = false;
    else if (word == "--hits") asked.names = true;
    else if (word == "--runs" && at + 1 < count) asked.runs = std::max(1, std::atoi(words[++at]));
    else asked.log = words[at];
  }
  if (!asked.log) return std::fputs("usage: same-rules [--few | --shipped | --sigma] [--hits] [--runs N] LOG\n", stderr), 2;
  bool isRead;
  if (asked.runs > 0) {
    isRead = measure(asked);
  } else {
    auto program = std::make_unique<Program>(asked);
    isRead = program->run();
    if (!asked.names) program->printCounts();
    if (program->damaged > 0) std::fprintf(stderr, "%llu of %llu lines are damaged\n", (unsigned long long)program->damaged, (unsigned long long)program->events);
  }
  if (!isRead) std::perror(asked.log);
  return isRead ? 0 : 1;
}
