#include "web/pipe.h"

#include <utility>

#include "base/log.h"

namespace alting::web {

void Pipe::call_wake(std::unique_lock<std::mutex>& lock) {
  auto wake = std::exchange(wake_, nullptr);
  lock.unlock();
  if (wake) wake();
}

void Pipe::write(std::string_view octets) {
  while (!octets.empty()) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [this] { return closed_ || pending_.size() < limit_; });
    if (closed_) throw ReaderGone();
    std::size_t part = std::min(octets.size(), limit_ - pending_.size());
    pending_ += octets.substr(0, part);
    octets.remove_prefix(part);
    call_wake(lock);
  }
}

void Pipe::finish(bool complete) {
  std::unique_lock lock(mutex_);
  finished_ = true;
  complete_ = complete;
  call_wake(lock);
}

Pipe::Piece Pipe::take(std::function<void()> wake) {
  std::unique_lock lock(mutex_);
  Piece piece;
  if (!pending_.empty()) {
    piece.octets.swap(pending_);
    lock.unlock();
    room_.notify_all();
    return piece;
  }
  piece.end = finished_;
  piece.failed = finished_ && !complete_;
  if (!finished_) wake_ = std::move(wake);
  return piece;
}

void Pipe::close() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    wake_ = nullptr;
  }
  room_.notify_all();
}

void produce(Pipe& pipe, const std::function<void(const std::function<void(std::string_view)>&)>& source,
             std::optional<std::int64_t> announced) {
  std::int64_t sent = 0;
  try {
    source([&](std::string_view octets) {
      sent += static_cast<std::int64_t>(octets.size());
      if (announced && sent > *announced) throw std::logic_error("a source gave more than it announced");
      pipe.write(octets);
    });
    pipe.finish(!announced || sent == *announced);
  } catch (const ReaderGone&) {
    pipe.finish(false);
  } catch (const std::exception& broken) {
    base::log(base::LogLevel::error, "download_broke_off", {{"error", broken.what()}});
    pipe.finish(false);
  }
}

}  // namespace alting::web
