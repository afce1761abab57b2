// alting demo, alting serve
#include <iostream>

#include "base/log.h"
#include "main/admin.h"
#include "main/background.h"
#include "main/command_list.h"
#include "main/serving.h"
#include "store/failpoint.h"

namespace alting::main {

namespace {

constexpr auto stop_within = std::chrono::seconds(19);

// Stopping finishes what was begun, but not for ever: a handler cannot be cut off, so the process ends without it. What
// was acknowledged is durable, as at any other instant; who waits for an answer sees the connection break.
class StopDeadline {
 public:
  explicit StopDeadline(std::chrono::seconds within) : thread_([this, within] { watch(within); }) {}
  ~StopDeadline() {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }
  StopDeadline(const StopDeadline&) = delete;
  StopDeadline& operator=(const StopDeadline&) = delete;

 private:
  void watch(std::chrono::seconds within) {
    std::unique_lock lock(mutex_);
    if (wake_.wait_for(lock, within, [this] { return done_; })) return;
    base::log(base::LogLevel::warning, "stopped_unfinished");
    std::_Exit(0);
  }
  std::mutex mutex_;
  std::condition_variable wake_;
  bool done_ = false;
  std::thread thread_;
};

base::Status serve(const Settings& settings, const std::function<void()>& ready) {
  block_signals();
  if (settings.data.mode == terms::Mode::test) store::failpoint::arm_from_environment();
  ALTING_TRY(installation, Installation::open(settings));
  Background background(*installation);  // before anyone is let in: it refuses what does not fit together
  Serving serving(*installation);
  AdminServer admin(*installation);  // before anyone can see that there is a server, and ask it
  ALTING_CHECK(serving.start());
  background.start();
  ready();
  wait_for_stop_signal([&serving] { serving.reload_tls(); });
  base::log(base::LogLevel::info, "stopping");
  const StopDeadline deadline(stop_within);
  serving.stop();
  admin.stop();
  background.stop();
  return {};
}

void say_what_to_try(const Settings& settings) {
  std::cout << "\nAlting demo: " << settings.server.public_url << "\n\n"
            << "  1. Open " << settings.server.public_url
            << "/skjema/dat/avviksmelding and choose «Logg inn og start».\n"
            << "  2. Choose BankID, then the first person in the list: the daily manager of Fjord og Fjell AS.\n"
            << "  3. Choose the business, fill in the notice, send it, and download the receipt (JSON).\n"
            << "  4. In another terminal: build/release/alting verify <the receipt> --key <the key shown at "
            << settings.server.public_url << "/status>\n\n"
            << "The data lie in " << settings.data.path.string() << ". All persons and businesses are invented.\n"
            << (settings.scanner.clamd.empty() ? "No virus scanner was found: attachments are marked as not checked.\n"
                                               : "")
            << "Stop with Ctrl-C.\n"
            << std::endl;
}

}  // namespace

void add_serving_commands(CLI::App& app, int& status) {
  auto* demo = app.add_subcommand(
      "demo",
      "Start with an invented population and a built-in test login (its port is the next one; the one after that asks "
      "for enterprise certificates)");
  auto port = std::make_shared<std::uint16_t>(8080);
  auto data = std::make_shared<std::string>("data/demo");
  demo->add_option("--port", *port, "Port of the portal")->check(CLI::Range(1, 65533))->capture_default_str();
  demo->add_option("--data", *data, "Data folder; made when it does not exist")->capture_default_str();
  demo->callback([port, data, &status] {
    const auto settings = demo_settings(*port, *data);
    status = finish(serve(settings, [&] { say_what_to_try(settings); }));
  });

  auto* serve_command = app.add_subcommand("serve", "Serve as a settings file says (docs/operator.md)");
  auto file = std::make_shared<std::string>();
  serve_command->add_option("--config", *file, "Settings, TOML")->required()->check(CLI::ExistingFile);
  serve_command->callback([file, &status] {
    const auto settings = read_settings(*file);
    if (!settings) {
      status = finish(settings.error());
      return;
    }
    status = finish(serve(*settings, [&] {
      base::log(base::LogLevel::info, "serving", {{"url", std::string_view(settings->server.public_url)}});
    }));
  });
}

}  // namespace alting::main
