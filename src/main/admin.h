// Commands for a data folder that a server uses go through that server: a socket in the folder (mode 0600), one JSON
// object in, lines of JSON out: {"say": text} while at work, {"done": true} or {"error": text} at the end.
#pragma once
#include <atomic>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "base/json.h"
#include "main/installation.h"

namespace alting::main {

// False: nobody listens any more, or the server stops; what can go on later ends here.
using PrintLine = std::function<bool(const std::string& line)>;

// What a command does on an installation: {"command": "import", ...}.
[[nodiscard]] base::Status carry_out(Installation& installation, const base::Json& command, const PrintLine& print);

class AdminServer {
 public:
  explicit AdminServer(Installation& installation);
  ~AdminServer() { stop(); }
  void stop();

 private:
  void run();
  Installation& installation_;
  std::filesystem::path path_;
  int listener_ = -1;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

// Nothing when no server uses the folder; else what the server answered.
[[nodiscard]] std::optional<base::Status> ask_server(const std::filesystem::path& data, const base::Json& command,
                                                     const PrintLine& print);

[[nodiscard]] bool is_served(const std::filesystem::path& data);  // a server answers on the folder's socket

// Through the server when there is one, else on an installation opened for it.
[[nodiscard]] base::Status carry_out_anywhere(const Settings& settings, const base::Json& command,
                                              const PrintLine& print);

}  // namespace alting::main
