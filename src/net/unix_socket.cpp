#include "net/unix_socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace alting::net {
namespace {

constexpr int wait_step_ms = 100;
constexpr std::size_t max_received_at_once = 64 * 1024;

std::optional<sockaddr_un> unix_address(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto text = path.string();
  if (text.size() >= sizeof address.sun_path) return std::nullopt;
  std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
  return address;
}

int new_unix_socket() { return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); }

}  // namespace

bool fits_unix_socket(const std::filesystem::path& path) { return unix_address(path).has_value(); }

std::optional<UnixSocket> UnixSocket::connect(const std::filesystem::path& path, MayWait may_wait, IfFull if_full) {
  const auto address = unix_address(path);
  if (!address) return std::nullopt;
  UnixSocket socket(new_unix_socket(), std::move(may_wait));
  if (socket.fd_ < 0) return std::nullopt;
  base::Duration in_call;
  // EAGAIN says that the queue of who listens is full (connect(2)): a socket that is not connected is ready for nothing,
  // so each wait lasts its whole step.
  while (::connect(socket.fd_, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0)
    if ((errno == EAGAIN && if_full == IfFull::give_up) || !socket.may_go_on(errno, 0, in_call)) return std::nullopt;
  return socket;
}

UnixSocket::UnixSocket(UnixSocket&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), may_wait_(std::move(other.may_wait_)), waited_(other.waited_) {}

UnixSocket::~UnixSocket() {
  if (fd_ >= 0) ::close(fd_);
}

bool UnixSocket::may_go_on(int error, short events, base::Duration& in_call) {
  if (error == EINTR) return true;
  if (error != EAGAIN) return false;
  constexpr auto step = base::Duration::milliseconds(wait_step_ms);
  for (;;) {
    if (may_wait_ && !may_wait_({.in_call = in_call, .in_all = waited_})) return false;
    // Without events the descriptor is left out (poll(2)): only time passes.
    pollfd waits{events == 0 ? -1 : fd_, events, 0};
    if (::poll(&waits, 1, wait_step_ms) > 0) return true;
    in_call.micros += step.micros;
    waited_.micros += step.micros;
    if (events == 0) return true;
  }
}

bool UnixSocket::send(std::string_view octets) {
  base::Duration in_call;
  while (!octets.empty()) {
    const auto sent = ::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL);
    if (sent < 0 && !may_go_on(errno, POLLOUT, in_call)) return false;
    if (sent > 0) octets.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string UnixSocket::receive() {
  base::Duration in_call;
  std::string octets(max_received_at_once, '\0');
  for (;;) {
    const auto got = ::recv(fd_, octets.data(), octets.size(), 0);
    if (got < 0 && may_go_on(errno, POLLIN, in_call)) continue;
    octets.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return octets;
  }
}

std::optional<UnixListener> UnixListener::listen(const std::filesystem::path& path, int queue) {
  const auto address = unix_address(path);
  if (!address) return std::nullopt;
  ::unlink(path.c_str());
  UnixListener listener(new_unix_socket(), path);
  const auto old = ::umask(0177);
  const bool listens = listener.fd_ >= 0 &&
                       ::bind(listener.fd_, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0 &&
                       ::listen(listener.fd_, queue) == 0;
  ::umask(old);
  if (!listens) return std::nullopt;
  return listener;
}

UnixListener::UnixListener(UnixListener&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}

UnixListener::~UnixListener() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(path_.c_str());
}

std::optional<UnixSocket> UnixListener::accept(base::Duration within, MayWait may_wait) {
  pollfd waits{fd_, POLLIN, 0};
  if (::poll(&waits, 1, static_cast<int>(within.micros / 1'000)) <= 0) return std::nullopt;
  const int client = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (client < 0) return std::nullopt;
  return UnixSocket(client, std::move(may_wait));
}

}  // namespace alting::net
