#include "main/admin.h"

#include "base/log.h"

namespace alting::main {

using base::Json;

namespace {

constexpr std::size_t max_line = 64 * 1024;

std::filesystem::path socket_of(const std::filesystem::path& data) { return data / "admin.sock"; }

bool send_line(net::UnixSocket& socket, const Json& line) { return socket.send(line.dump() + "\n"); }

std::optional<std::string> receive_line(net::UnixSocket& socket, std::string& buffer) {
  while (true) {
    const auto end = buffer.find('\n');
    if (end != std::string::npos) {
      auto line = buffer.substr(0, end);
      buffer.erase(0, end + 1);
      return line;
    }
    const auto piece = socket.receive();
    if (piece.empty() || buffer.size() > max_line) return std::nullopt;
    buffer += piece;
  }
}

// Who connects and says nothing, or does not listen, holds nobody up.
bool is_patient(const net::Waited& waited) { return waited.in_call < base::Duration::seconds(5); }

base::Error failed(std::string why) {
  return base::make_error(base::ErrorKind::unavailable, "error.admin", std::move(why));
}

}  // namespace

AdminServer::AdminServer(Installation& installation)
    : installation_(installation), listener_(net::UnixListener::listen(socket_of(installation.folder->path()), 4)) {
  if (!listener_) {
    const bool fits = net::fits_unix_socket(socket_of(installation.folder->path()));
    base::log(base::LogLevel::warning, fits ? "admin.not_listening" : "admin.path_too_long");
    return;
  }
  thread_ = std::thread([this] { run(); });
}

void AdminServer::stop() {
  if (stopping_.exchange(true)) return;
  if (thread_.joinable()) thread_.join();
  listener_.reset();
}

void AdminServer::run() {
  while (!stopping_) {
    auto client = listener_->accept(base::Duration::milliseconds(200), is_patient);
    if (!client) continue;
    std::string buffer;
    const auto line = receive_line(*client, buffer);
    const auto command = line ? Json::parse(*line) : base::Result<Json>(failed("no command"));
    try {
      const auto done = command ? carry_out(installation_, *command,
                                            [&](const std::string& text) {
                                              return send_line(*client, Json::object({{"say", text}})) && !stopping_;
                                            })
                                : base::Status(command.error());
      send_line(*client,
                done
                    ? Json::object({{"done", true}})
                    : Json::object({{"error", done.error().detail.empty() ? done.error().code : done.error().detail}}));
    } catch (const std::exception& error) {
      send_line(*client, Json::object({{"error", error.what()}}));
    }
  }
}

bool is_served(const std::filesystem::path& data) { return net::UnixSocket::connect(socket_of(data)).has_value(); }

std::optional<base::Status> ask_server(const std::filesystem::path& data, const Json& command, const PrintLine& print) {
  auto socket = net::UnixSocket::connect(socket_of(data));
  if (!socket) return std::nullopt;
  base::Status answer = failed("the server ended before it was done");
  std::string buffer;
  if (send_line(*socket, command)) {
    while (const auto line = receive_line(*socket, buffer)) {
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
  return answer;
}

base::Status carry_out_anywhere(const Settings& settings, const Json& command, const PrintLine& print) {
  if (const auto answered = ask_server(settings.data.path, command, print)) return *answered;
  ALTING_TRY(installation, Installation::open(settings));
  return carry_out(*installation, command, print);
}

}  // namespace alting::main
