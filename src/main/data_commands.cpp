// alting import, backup, restore, keys, log
#include <iostream>

#include "base/file.h"
#include "base/log.h"
#include "ledger/checkpoint_guard.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "ledger/make_ledger.h"
#include "main/admin.h"
#include "main/certificate_commands.h"
#include "main/client_commands.h"
#include "main/command_list.h"
#include "main/epoch_words.h"
#include "main/log_check.h"
#include "main/notice_commands.h"
#include "main/request_commands.h"
#include "main/restored.h"
#include "main/restriction_commands.h"
#include "main/retention_commands.h"
#include "main/rooms.h"
#include "main/route_commands.h"
#include "main/session_commands.h"
#include "parties/deaths.h"
#include "parties/number_changes.h"
#include "store/backup.h"
#include "store/failpoint.h"
#include "store/migrate.h"

namespace alting::main {

using base::Json;

namespace {

bool print_line(const std::string& line) {
  std::cout << line << std::endl;
  return true;
}

parties::InLastTransaction log_import(Installation& installation, std::string code, std::int64_t rows,
                                      std::optional<std::int64_t> generation = {}) {
  ledger::NewEntry entry{};
  entry.kind = ledger::EventKind::register_imported;
  entry.at = installation.clock.now();
  entry.actor.kind = terms::ActorKind::system;
  entry.actor.name = "alting import";
  entry.set(ledger::parameter::register_, std::move(code));
  entry.set(ledger::parameter::rows, rows);
  if (generation) entry.set(ledger::parameter::generation, *generation);
  return [&ledger = *installation.ledger, prepared = installation.ledger->prepare(std::move(entry))](store::Tx& tx) {
    ledger.append(tx, prepared);
  };
}

void print_faults(const std::vector<parties::ImportFault>& faults, const PrintLine& print) {
  for (const auto& fault : faults)
    print(fmt::format("number {} (octet {}): {}", fault.element, fault.offset, fault.message));
}

base::Status import_deaths(Installation& installation, const Json& command, const PrintLine& print) {
  ALTING_TRY(source, parties::file_source(std::string(command.text("source"))));
  ALTING_TRY(report, parties::import_deaths(*installation.parties, source, [&](const parties::DeathsReport& done) {
               return log_import(installation, "folkeregisteret/deaths", done.noted);
             }));
  print_faults(report.first_faults, print);
  print(fmt::format("deaths: {} looked at, {} noted, {} known already, {} of people not known here, {} faults",
                    report.lines, report.noted, report.known, report.unknown, report.faults));
  return {};
}

// Which of the two files it is, its heading says.
base::Status import_of_folkeregisteret(Installation& installation, const Json& command, const PrintLine& print) {
  ALTING_TRY(source, parties::file_source(std::string(command.text("source"))));
  auto read =
      parties::import_number_changes(*installation.parties, source, [&](const parties::NumberChangesReport& done) {
        return log_import(installation, "folkeregisteret/number-changes", done.joined);
      });
  if (!read && read.error().code == "error.import.heading") return import_deaths(installation, command, print);
  ALTING_TRY(report, std::move(read));
  print_faults(report.first_faults, print);
  print(fmt::format("number changes: {} looked at, {} joined, {} known already, {} of people not known here, {} faults",
                    report.lines, report.joined, report.known, report.unknown, report.faults));
  return {};
}

base::Status import_register(Installation& installation, const Json& command, const PrintLine& print) {
  if (command.text("register") == "folkeregisteret") return import_of_folkeregisteret(installation, command, print);
  std::filesystem::path file(std::string(command.text("source")));
  const auto url = std::string(command.text("source"));
  std::string downloaded;  // ours to remove when all of it is in
  if (url.starts_with("https://") || url.starts_with("http://")) {
    net::HttpOptions options;
    const auto start = url.find("://") + 3;
    options.hosts = {url.substr(start, url.find('/', start) - start)};
    auto http = net::make_http_client(options);
    file = installation.folder->path() / "import.download";
    downloaded = file.string();
    net::Download download{.url = url, .target = file};
    auto last = std::chrono::steady_clock::now();
    download.progress = [&](std::int64_t received, std::int64_t total) {
      const auto now = std::chrono::steady_clock::now();
      if (now - last < std::chrono::seconds(1)) return;
      last = now;
      print(total > 0 ? fmt::format("downloading {} of {} MB", received / 1'000'000, total / 1'000'000)
                      : fmt::format("downloading {} MB", received / 1'000'000));
    };
    ALTING_TRY(fetched, http->download(download));
    print(fmt::format("downloaded {} octets", fetched.size));
  }
  std::error_code ignored;
  const auto size = static_cast<std::int64_t>(std::filesystem::file_size(file, ignored));
  auto last = std::chrono::steady_clock::now();
  parties::ImportOptions options;
  options.source_name = url.substr(0, url.find('?'));
  options.progress = [&](const parties::ImportProgress& progress) {
    const auto now = std::chrono::steady_clock::now();
    if (now - last >= std::chrono::milliseconds(500)) {
      last = now;
      const auto percent = size > 0 ? std::min<std::int64_t>(100, 100 * progress.octets_read / size) : 0;
      return print(fmt::format("[{:<40}] {:3} %  {} {}", std::string(static_cast<std::size_t>(percent * 40 / 100), '#'),
                               percent, progress.elements, parties::to_text(progress.kind)));
    }
    return true;
  };
  options.on_switch = [&](const parties::ImportResult& result) {
    return log_import(installation, "enhetsregisteret/" + std::string(parties::to_text(result.kind)), result.stored,
                      result.generation);
  };
  ALTING_TRY(report, parties::import_enhetsregisteret_file(*installation.parties, file, options));
  if (!report.complete)
    return base::make_error(base::ErrorKind::unavailable, "error.admin",
                            fmt::format("stopped after {}: the same command goes on from there", report.elements));
  if (!downloaded.empty()) {
    for (const auto* ending : {"", ".part", ".part.tag"}) std::filesystem::remove(downloaded + ending, ignored);
  }
  if (report.resumed_from > 0) print(fmt::format("went on after {} that were there already", report.resumed_from));
  print_faults(report.first_faults, print);
  print(fmt::format("{}: {} looked at, {} rows stored, {} faults, {} struck off, generation {}",
                    parties::to_text(report.kind), report.elements, report.stored, report.faults, report.struck_off,
                    report.generation));
  if (report.unknown > 0)
    print(
        fmt::format("{} of them name an organisation that is not known here: import the units first, then these again",
                    report.unknown));
  return {};
}

base::Status back_up(Installation& installation, const Json& command, const PrintLine& print) {
  const auto state = installation.ledger->checkpoint();
  const auto report =
      store::back_up(*installation.folder, {std::filesystem::path(std::string(command.text("target"))), Json(state)},
                     installation.clock);
  if (!report) return report.error();
  print(fmt::format("{}: {} files, {} octets, {} old keystores deleted", report->folder.string(), report->files,
                    report->octets, report->keystores_deleted));
  return {};
}

base::Status rotate(Installation& installation, const PrintLine& print) {
  ALTING_TRY(key, installation.ledger->rotate_key());
  print("new verifier key: " + key);
  return {};
}

// Going on from another state than what was last signed would fork the log. Where the operator accepts it, the log then
// goes on under a new name, which is the answer.
base::Result<std::string> settle_log(const Settings& settings, store::DataFolder& restored, const base::Clock& clock,
                                     base::Random& random, bool new_origin) {
  const auto options = ledger_options(settings, restored);
  const auto compared = ledger::compare_with_guard(restored.database(), options.guard);
  if (compared) return std::string();
  if (new_origin) return begin_origin_held(restored, clock, random, options);
  auto error = compared.error();
  error.detail += " Nothing was restored. To begin the new log while restoring: --new-origin";
  return error;
}

void tell_new_origin(const std::string& origin, const std::filesystem::path& keys) {
  print_line("the log goes on as " + origin + "; receipts of the old one still verify");
  print_line("its new signing key lies in " + keys.string() + ": copy the keys now, as after a rotation");
}

int restore(const Where& where, const std::string& backup, const std::string& keys, const std::string& keystore,
            const std::vector<std::string>& erasures, bool new_origin) {
  auto settings = where.settings();
  if (!settings) return finish(base::Status(settings.error()));
  if (settings->data.mode == terms::Mode::test) store::failpoint::arm_from_environment();
  base::SystemRandom random;
  base::SystemClock clock;
  store::RestoreOptions options;
  options.backup = backup;
  options.keystore = keystore;
  options.keys = keys;
  options.into = settings->data;
  options.into.create = true;
  for (const auto& list : erasures) options.erasure_lists.emplace_back(list);
  erase_again_in(options, clock);
  std::string origin;
  options.log_guard = [&](store::DataFolder& restored) -> base::Status {
    ALTING_TRY(begun, settle_log(*settings, restored, clock, random, new_origin));
    origin = std::move(begun);
    return {};
  };
  const auto report = store::restore(options, random, clock);
  if (!report) return finish(base::Status(report.error()));
  print_line(fmt::format("{} files restored, {} erasures done again, {} rows erased or ended", report->files,
                         report->erasures_replayed, report->rows_erased));
  if (!origin.empty()) tell_new_origin(origin, options.into.path / "keys/log");
  return 0;
}

int begin_new_origin(const Where& where) {
  auto settings = where.settings();
  if (!settings) return finish(base::Status(settings.error()));
  base::SystemRandom random;
  base::SystemClock clock;
  auto folder = store::DataFolder::open(settings->data, random, clock);
  if (!folder) return finish(base::Status(folder.error()));
  store::migrate((*folder)->database(), clock, all_migrations());
  const auto log = ledger_options(*settings, **folder);
  const auto origin = begin_origin_held(**folder, clock, random, log);
  if (!origin) return finish(base::Status(origin.error()));
  tell_new_origin(*origin, log.keys);
  return 0;
}

}  // namespace

base::Result<Settings> Where::settings() const {
  if (!config.empty()) return read_settings(config);
  auto made = demo_settings(8080, data);
  made.data.create = false;
  return made;
}

std::shared_ptr<Where> add_where(CLI::App* command) {
  auto where = std::make_shared<Where>();
  command->add_option("--config", where->config, "Settings, TOML")->check(CLI::ExistingFile);
  command->add_option("--data", where->data, "Data folder of a demo, when there are no settings")
      ->capture_default_str();
  return where;
}

int through(const Where& where, const Json& command) {
  const auto settings = where.settings();
  if (!settings) return finish(base::Status(settings.error()));
  return finish(carry_out_anywhere(*settings, command, print_line));
}

base::Status carry_out(Installation& installation, const Json& command, const PrintLine& print) {
  const auto name = command.text("command");
  if (name == "import") return import_register(installation, command, print);
  if (name == "backup") return back_up(installation, command, print);
  if (name == "rotate") return rotate(installation, print);
  if (name == "sessions") return sessions(installation, command, print);
  if (name == "client") return client_command(installation, command, print);
  if (name == "service-message") return service_message(installation, command, print);
  if (name == "retention") return retention_command(installation, command, print);
  if (name == "requests") return requests_command(installation, command, print);
  if (name == "restriction") return restriction_command(installation, command, print);
  if (name == "routes") return list_routes(installation, print);
  if (name == "test-certificate") return test_certificate(installation, command, print);
  if (name == "check-certificate") return check_certificate(installation, command, print);
  if (name == "log-check")
    return check_log(*installation.folder, ledger_options(installation.settings, *installation.folder), print);
  if (name == "log-state") {
    if (!installation.ledger->halted()) return {};
    return base::make_error(base::ErrorKind::conflict, "error.admin",
                            "the log has halted: nothing more is signed; look for 'ledger.halted' in its output");
  }
  if (name == "keys") {
    print("origin:       " + installation.ledger->origin());
    print("address:      " + installation.ledger->address());
    print("verifier key: " + installation.ledger->verifier_key());
    const auto all = installation.ledger->verifier_keys();
    for (std::size_t i = 0; i + 1 < all.size(); ++i) print("earlier:      " + all[i]);
    for (const auto& line : words_of_epochs(installation.folder->vault().key_epochs(), installation.clock.now()).lines)
      print(line);
    return {};
  }
  return base::make_error(base::ErrorKind::invalid, "error.admin", "unknown command");
}

void add_data_commands(CLI::App& app, int& status) {
  auto* import_command = app.add_subcommand("import", "Bring register data in; goes on where it stopped");
  import_command->require_subcommand(1);
  auto* enheter = import_command->add_subcommand("enhetsregisteret",
                                                 "Enhetsregisteret's bulk files (units, sub-units, roles), JSON or "
                                                 ".gz, from a file or an address; or role facts with identity, CSV");
  auto source = std::make_shared<std::string>();
  enheter->add_option("source", *source, "File or URL")->required();
  auto import_where = add_where(enheter);
  enheter->callback([=, &status] {
    const bool address = source->find("://") != std::string::npos;
    status = through(*import_where,
                     Json::object({{"command", "import"},
                                   {"source", address ? *source : std::filesystem::absolute(*source).string()}}));
  });

  auto* persons = import_command->add_subcommand(
      "folkeregisteret",
      "Identity numbers that became others (a D-number a fødselsnummer): CSV with the columns "
      "identifikator, ny_identifikator, fra (YYYY-MM-DD)");
  auto changes = std::make_shared<std::string>();
  persons->add_option("file", *changes, "File")->required()->check(CLI::ExistingFile);
  auto changes_where = add_where(persons);
  persons->callback([=, &status] {
    status = through(*changes_where, Json::object({{"command", "import"},
                                                   {"register", "folkeregisteret"},
                                                   {"source", std::filesystem::absolute(*changes).string()}}));
  });

  auto* backup_command =
      app.add_subcommand("backup", "Copy the data folder while it is in use (keys/ is not in it: keep that apart)");
  auto target = std::make_shared<std::string>();
  backup_command->add_option("target", *target, "Folder of backups")->required();
  auto backup_where = add_where(backup_command);
  backup_command->callback([=, &status] {
    status = through(*backup_where,
                     Json::object({{"command", "backup"}, {"target", std::filesystem::absolute(*target).string()}}));
  });

  auto* restore_command =
      app.add_subcommand("restore", "Restore a backup into an empty data folder; erasures made since are done again");
  auto backup = std::make_shared<std::string>();
  auto keys = std::make_shared<std::string>();
  auto keystore = std::make_shared<std::string>();
  auto erasures = std::make_shared<std::vector<std::string>>();
  auto new_origin = std::make_shared<bool>(false);
  restore_command->add_option("backup", *backup, "The backup's folder, named by its time")
      ->required()
      ->check(CLI::ExistingDirectory);
  restore_command->add_option("--keys", *keys, "The folder of keys, with master.key and epochs/")
      ->required()
      ->check(CLI::ExistingDirectory);
  restore_command->add_option("--keystore", *keystore, "The keystore; else the one of the same time");
  restore_command->add_option("--erasures", *erasures, "Erasure lists to do again, the latest among them");
  restore_command->add_flag(
      "--new-origin", *new_origin,
      "Where the log cannot go on, as when more was signed than the backup holds: begin a new one");
  auto restore_where = add_where(restore_command);
  restore_command->callback(
      [=, &status] { status = restore(*restore_where, *backup, *keys, *keystore, *erasures, *new_origin); });

  auto* keys_command = app.add_subcommand(
      "keys", "Show the log's origin and verifier key and the keystore's epochs, or rotate the log's signing key");
  auto rotate_flag = std::make_shared<bool>(false);
  keys_command->add_flag("--rotate", *rotate_flag, "Make a new signing key and announce it under the old");
  auto keys_where = add_where(keys_command);
  keys_command->callback(
      [=, &status] { status = through(*keys_where, Json::object({{"command", *rotate_flag ? "rotate" : "keys"}})); });

  auto* log_command = app.add_subcommand("log", "The tamper-evident log");
  log_command->require_subcommand(1);
  auto* check_command = log_command->add_subcommand(
      "check", "Verify the whole log again from what is stored: every entry, tile and root, against what was signed");
  auto check_where = add_where(check_command);
  check_command->callback([=, &status] {
    const auto settings = check_where->settings();
    status = finish(settings ? check_log_anywhere(*settings, print_line) : base::Status(settings.error()));
  });
  auto* origin_command = log_command->add_subcommand(
      "new-origin", "End the log as it is and begin a new one, after a restore that is behind what was signed");
  auto origin_where = add_where(origin_command);
  origin_command->callback([=, &status] { status = begin_new_origin(*origin_where); });
}

}  // namespace alting::main
