// How fast the server answers, beside a bare Boost.Beast answer in the same run: the machines are noisy, the ratio is
// not.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace alting::web {

// A server that is up already, and what is asked of it; each answer must be a 200.
struct Asked {
  std::uint16_t port = 0;
  std::string request;
  // Where every request is another one: makes the next of a connection (0 to `connections` - 1), in the asking thread.
  std::function<std::string(std::size_t connection)> next = {};
};

struct Rate {
  double per_second = 0;
  double cpu_micros = 0;  // of this process for one answer, without the asking thread: what noise disturbs least
};
struct RequestBench {
  Rate ours;                      // a tiny handler on the worker pool, with all headers, ids, metrics and limits
  Rate bare;                      // Beast on one thread: read a request, write a fixed response
  std::vector<Rate> others = {};  // one for each Asked
  [[nodiscard]] double ratio() const { return bare.per_second > 0 ? ours.per_second / bare.per_second : 0; }
};
// `connections` keep-alive clients that each wait for an answer before they ask again, for `seconds` against each, in
// turns.
[[nodiscard]] RequestBench bench_requests(double seconds = 2, int connections = 64,
                                          const std::vector<Asked>& others = {});

}  // namespace alting::web
