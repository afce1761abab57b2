#include "main/admin.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"

namespace alting::main {

using base::Json;

namespace {

std::optional<sockaddr_un> address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto text = path.string();
  if (text.size() >= sizeof address.sun_path) return std::nullopt;
  std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
  return address;
}

bool send_line(int socket, const Json& line) {
  auto text = line.dump() + "\n";
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto sent = ::send(socket, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::optional<std::string> receive_line(int socket, std::string& buffer) {
  while (true) {
    const auto end = buffer.find('\n');
    if (end != std::string::npos) {
      auto line = buffer.substr(0, end);
      buffer.erase(0, end + 1);
      return line;
    }
    std::array<char, 4096> octets{};
    const auto got = ::recv(socket, octets.data(), octets.size(), 0);
    if (got <= 0 || buffer.size() > 64 * 1024) return std::nullopt;
    buffer.append(octets.data(), static_cast<std::size_t>(got));
  }
}

base::Error failed(std::string why) {
  return base::make_error(base::ErrorKind::unavailable, "error.admin", std::move(why));
}

}  // namespace

AdminServer::AdminServer(Installation& installation)
    : installation_(installation), path_(installation.folder->path() / "admin.sock") {
  const auto address = address_of(path_);
  if (!address) {
    base::log(base::LogLevel::warning, "admin.path_too_long");
    return;
  }
  ::unlink(path_.c_str());
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto old = ::umask(0177);
  const bool bound = listener_ >= 0 &&
                     ::bind(listener_, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0 &&
                     ::listen(listener_, 4) == 0;
  ::umask(old);
  if (!bound) {
    base::log(base::LogLevel::warning, "admin.not_listening");
    return;
  }
  thread_ = std::thread([this] { run(); });
}

void AdminServer::stop() {
  if (stopping_.exchange(true)) return;
  if (thread_.joinable()) thread_.join();
  if (listener_ >= 0) ::close(listener_);
  ::unlink(path_.c_str());
}

void AdminServer::run() {
  while (!stopping_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (::poll(&waiting, 1, 200) <= 0) continue;
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    std::string buffer;
    const timeval patience{.tv_sec = 5, .tv_usec = 0};  // who connects and says nothing holds nobody up
    ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const auto line = receive_line(client, buffer);
    const auto command = line ? Json::parse(*line) : base::Result<Json>(failed("no command"));
    try {
      const auto done = command ? carry_out(installation_, *command,
                                            [&](const std::string& text) {
                                              return send_line(client, Json::object({{"say", text}})) && !stopping_;
                                            })
                                : base::Status(command.error());
      send_line(client, done ? Json::object({{"done", true}})
                             : Json::object(
                                   {{"error", done.error().detail.empty() ? done.error().code : done.error().detail}}));
    } catch (const std::exception& error) {
      send_line(client, Json::object({{"error", error.what()}}));
    }
    ::close(client);
  }
}

bool is_served(const std::filesystem::path& data) {
  const auto address = address_of(data / "admin.sock");
  const int socket = address ? ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) : -1;
  if (socket < 0) return false;
  const bool answered = ::connect(socket, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0;
  ::close(socket);
  return answered;
}

std::optional<base::Status> ask_server(const std::filesystem::path& data, const Json& command, const PrintLine& print) {
  const auto address = address_of(data / "admin.sock");
  if (!address) return std::nullopt;
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0 || ::connect(socket, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0) {
    if (socket >= 0) ::close(socket);
    return std::nullopt;
  }
  base::Status answer = failed("the server ended before it was done");
  std::string buffer;
  if (send_line(socket, command)) {
    while (const auto line = receive_line(socket, buffer)) {
      const auto json = Json::parse(*line);
      if (!json) break;
      if (json->find("say") != nullptr) {
        print(std::string(json->text("say")));
        continue;
      }
      answer = json->find("done") != nullptr ? base::Status() : base::Status(failed(std::string(json->text("error"))));
      break;
    }
  }
  ::close(socket);
  return answer;
}

base::Status carry_out_anywhere(const Settings& settings, const Json& command, const PrintLine& print) {
  if (const auto answered = ask_server(settings.data.path, command, print)) return *answered;
  ALTING_TRY(installation, Installation::open(settings));
  return carry_out(*installation, command, print);
}

}  // namespace alting::main
