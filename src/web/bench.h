// How fast the server answers, beside a bare Boost.Beast answer in the same run: the machines are noisy, the ratio is
// not.
#pragma once
#include <cstdint>

namespace alting::web {

struct RequestBench {
  double ours_per_second = 0;  // a tiny handler on the worker pool, with all headers, ids, metrics and limits
  double bare_per_second = 0;  // Beast on one thread: read a request, write a fixed response
  [[nodiscard]] double ratio() const { return bare_per_second > 0 ? ours_per_second / bare_per_second : 0; }
};
// `connections` keep-alive clients that each wait for an answer before they ask again, for `seconds` against each, in
// turns.
[[nodiscard]] RequestBench bench_requests(double seconds = 2, int connections = 64);

}  // namespace alting::web
