// A body on its way from a worker that produces it to the connection that sends it. The worker waits while more than
// `limit` octets are unsent: a slow reader slows the source and costs no memory.
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace alting::web {

// Thrown out of write() when nobody reads any more; ends the BodySource.
class ReaderGone : public std::runtime_error {
 public:
  ReaderGone() : std::runtime_error("the reader has gone") {}
};

class Pipe {
 public:
  explicit Pipe(std::size_t limit) : limit_(limit) {}
  // The worker's side.
  void write(std::string_view octets);
  void finish(bool complete);
  // The connection's side. An empty piece that is not the end: `wake` is called once when there is more, on the worker.
  struct Piece {
    std::string octets;
    bool end = false;
    bool failed = false;  // the source broke off: what was sent is not the whole
  };
  [[nodiscard]] Piece take(std::function<void()> wake);
  void close();

 private:
  void call_wake(std::unique_lock<std::mutex>& lock);
  std::mutex mutex_;
  std::condition_variable room_;
  std::string pending_;
  std::size_t limit_;
  bool finished_ = false, complete_ = false, closed_ = false;
  std::function<void()> wake_;
};

// Runs `source` into `pipe`. Ends it as broken off when the source throws or gives another number of octets than
// `announced`.
void produce(Pipe& pipe, const std::function<void(const std::function<void(std::string_view)>&)>& source,
             std::optional<std::int64_t> announced);

}  // namespace alting::web
