// Streams to other programs on this machine, over a socket in the file system (unix(7)): how long each waits, and for
// whom, is said by who uses it.
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.h"

namespace alting::net {

// How long a socket has waited for the other side, in tenths of a second.
struct Waited {
  base::Duration in_call;  // in the call that waits now
  base::Duration in_all;
};
// Asked before each tenth of a second that is waited; false: it is given up. Empty: it waits as long as it takes.
using MayWait = std::function<bool(const Waited&)>;
// What connecting does while all places in the queue of who listens are taken.
enum class IfFull { wait, give_up };

class UnixSocket {
 public:
  // Nothing when nobody listens there, the queue is full (for as long as it may wait, where it waits), or the path is too
  // long.
  [[nodiscard]] static std::optional<UnixSocket> connect(const std::filesystem::path& path, MayWait may_wait = {},
                                                         IfFull if_full = IfFull::wait);
  UnixSocket(UnixSocket&& other) noexcept;
  UnixSocket& operator=(UnixSocket&&) = delete;
  ~UnixSocket();
  // All of it; false when the other side takes no more, or it was given up.
  [[nodiscard]] bool send(std::string_view octets);
  // What has come, at most 64 KiB; "" when nothing more will, or it was given up.
  [[nodiscard]] std::string receive();

 private:
  friend class UnixListener;
  UnixSocket(int fd, MayWait may_wait) : fd_(fd), may_wait_(std::move(may_wait)) {}
  // Whether a call that failed with `error` is to be made again: waits until the socket is ready for `events` (poll(2)).
  [[nodiscard]] bool may_go_on(int error, short events, base::Duration& in_call);

  int fd_;
  MayWait may_wait_;
  base::Duration waited_;
};

class UnixListener {
 public:
  // Listens at the path, for this user alone (mode 0600), in place of what was there. Nothing when it cannot. Changes the
  // process's umask for a moment: not beside threads that make files.
  [[nodiscard]] static std::optional<UnixListener> listen(const std::filesystem::path& path, int queue);
  UnixListener(UnixListener&& other) noexcept;
  UnixListener& operator=(UnixListener&&) = delete;
  ~UnixListener();  // the path goes too
  // Who connects within this time, if anybody.
  [[nodiscard]] std::optional<UnixSocket> accept(base::Duration within, MayWait may_wait = {});

 private:
  UnixListener(int fd, std::filesystem::path path) : fd_(fd), path_(std::move(path)) {}
  int fd_;
  std::filesystem::path path_;
};

// Whether the path is short enough for a socket (107 octets on Linux).
[[nodiscard]] bool fits_unix_socket(const std::filesystem::path& path);

}  // namespace alting::net
