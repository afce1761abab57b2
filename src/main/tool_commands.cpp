// alting verify, check, bench, doctor
#include <functional>
#include <iostream>
#include <optional>

#include "access/compiled_policy.h"
#include "base/file.h"
#include "base/log.h"
#include "base/size.h"
#include "base/text.h"
#include "base/text_file.h"
#include "crypto/hash.h"
#include "forms/advice.h"
#include "forms/catalogue.h"
#include "ledger/key_list.h"
#include "ledger/note.h"
#include "ledger/receipt.h"
#include "ledger/verify.h"
#include "main/admin.h"
#include "main/bench.h"
#include "main/certificate_commands.h"
#include "main/command_list.h"
#include "main/epoch_words.h"
#include "main/installation.h"
#include "net/mail_relay.h"
#include "net/mailbox.h"
#include "privacy/copy_check.h"
#include "store/postgresql.h"
#include "store/row_reader.h"
#include "web/disk_room.h"

namespace alting::main {

namespace {

std::string_view words_of(ledger::Claim claim) {
  switch (claim) {
    case ledger::Claim::receipt_format: return "the file is a receipt";
    case ledger::Claim::entry_intact: return "the entry is unchanged";
    case ledger::Claim::included: return "the entry is in the log";
    case ledger::Claim::checkpoint_signed: return "the log's state is signed";
    case ledger::Claim::signer_trusted: return "the signer is one you trust";
    case ledger::Claim::time_witnessed: return "a witness vouches for the time";
    case ledger::Claim::disclosure: return "disclosed";
    case ledger::Claim::document: return "document";
  }
  return "";
}

std::string_view words_of(ledger::Verdict verdict) {
  switch (verdict) {
    case ledger::Verdict::proved: return "proved    ";
    case ledger::Verdict::not_proved: return "not proved";
    case ledger::Verdict::refuted: return "REFUTED   ";
    case ledger::Verdict::missing: return "not given ";
  }
  return "";
}

// As sysexits.h has them: a file that is not there is another thing than a receipt that is broken.
constexpr int no_such_input = 66, wrong_use = 64;

struct Input {
  base::Bytes receipt;
  std::vector<ledger::GivenDocument> documents;
};

// An Error when a file is missing, a folder, or not for this user.
base::Result<Input> read_input(const std::string& receipt, const std::vector<std::string>& files) {
  try {
    Input input;
    // One octet more than any receipt and its newline have: then it is the receipt's own fault, and said so.
    ALTING_TRY(octets, base::read_beginning(receipt, ledger::max_receipt_size + 2));
    input.receipt = std::move(octets);
    for (const auto& file : files) {
      ALTING_TRY(document, base::read_file(file, std::size_t{1} << 30));
      input.documents.push_back({std::filesystem::path(file).filename().string(), crypto::sha256(document)});
    }
    return input;
  } catch (const std::system_error& error) {
    return base::make_error(base::ErrorKind::unavailable, "error.admin", error.what());
  }
}

// What may be given as a key: one itself, a file of them, or the list of all keys that a log serves (vkeys.json), of
// which only what the given keys prove is taken.
class GivenKeys {
 public:
  // An Error says why nobody is trusted by it: a key that is dropped in silence would look like an unknown signer.
  base::Status add(const std::string& given) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(given, ignored)) {
      if (!add_key(std::string(base::trim(given))))
        return refused(given + " is neither a file nor a verifier key (name+hash+key)");
      return {};
    }
    constexpr std::size_t largest = 4 * 1024 * 1024;
    ALTING_TRY(text, base::read_text_file(given, largest));
    if (ledger::is_key_list(text)) {
      if (!ledger::follow_keys(text, {})) return refused(given + " is no list of a log's keys");
      lists_.push_back(std::move(text));
      return {};
    }
    bool some = false;
    for (auto& line : base::lines_of(text)) some = add_key(std::move(line)) || some;
    if (!some) return refused(given + " has no line that is a verifier key (name+hash+key)");
    return {};
  }
  [[nodiscard]] base::Result<std::vector<std::string>> trusted() const {
    if (keys_.empty() && !lists_.empty())
      return refused("a list of keys proves nothing by itself: give one you trust too");
    auto keys = keys_;
    for (const auto& list : lists_) keys = ledger::follow_keys(list, std::move(keys)).value();
    return keys;
  }

 private:
  static base::Error refused(std::string why) {
    return base::make_error(base::ErrorKind::invalid, "error.admin", std::move(why));
  }
  bool add_key(std::string text) {
    if (!ledger::VerifierKey::parse(text) && !ledger::UncheckedKey::parse(text)) return false;
    keys_.push_back(std::move(text));
    return true;
  }
  std::vector<std::string> keys_, lists_;
};

base::Result<std::vector<std::string>> keys_from(const std::vector<std::string>& given) {
  GivenKeys keys;
  for (const auto& one : given) ALTING_CHECK(keys.add(one));
  return keys.trusted();
}

int tell_overall(const ledger::Verification& verified) {
  const std::string_view of = verified.test_log ? ", but by a test log, in which nothing counts" : "";
  switch (verified.overall) {
    case ledger::Verification::Overall::verified: std::cout << "verified" << of << "\n"; return 0;
    case ledger::Verification::Overall::signer_unknown: std::cout << "intact, signer unknown" << of << "\n"; return 2;
    case ledger::Verification::Overall::broken: std::cout << "broken\n"; return 1;
  }
  return 1;
}

// Whether it was a copy (privacy/copy_check.h), and then the exit status.
std::optional<int> verify_copy(const std::string& file, const std::vector<ledger::GivenDocument>& documents,
                               const std::vector<std::string>& keys) {
  const auto beginning = base::read_beginning(file, 4);
  if (!beginning || !privacy::is_zip(*beginning)) return std::nullopt;
  const auto archive = base::MappedFile::open(file);
  if (!archive) {
    (void)finish(base::Status(archive.error()));
    return no_such_input;
  }
  const auto checked = privacy::check_copy(archive->view(), base::SystemClock(), keys, documents);
  if (checked.receipt.test_log)
    std::cout << "TEST: this is from a test log (" << checked.receipt.origin << "); nothing in it counts\n";
  for (const auto& finding : checked.findings) std::cout << words_of(finding.verdict) << "  " << finding.what << "\n";
  for (const auto& finding : checked.receipt.findings)
    std::cout << words_of(finding.verdict) << "  " << words_of(finding.claim)
              << (finding.subject.empty() ? "" : ": " + finding.subject)
              << (finding.detail.empty() ? "" : " (" + finding.detail + ")") << "\n";
  ledger::Verification overall;
  overall.overall = checked.overall;
  overall.test_log = checked.receipt.test_log;
  return tell_overall(overall);
}

// Exit status: 0 verified, 2 intact but the signer is unknown, 1 broken; 64 for a key that is none, 66 for a file that
// cannot be read, whatever the reason.
int verify(const std::string& receipt_file, const std::vector<std::string>& files,
           const std::vector<std::string>& given) {
  const auto keys = keys_from(given);
  if (!keys) {
    (void)finish(base::Status(keys.error()));
    return wrong_use;
  }
  const auto input = read_input(receipt_file, files);
  if (!input) {
    (void)finish(base::Status(input.error()));
    return no_such_input;
  }
  if (const auto copy = verify_copy(receipt_file, input->documents, *keys)) return *copy;
  const auto verified = ledger::verify_receipt(input->receipt, input->documents, *keys);
  if (verified.test_log)
    std::cout << "TEST: this is from a test log (" << verified.origin << "); nothing in it counts\n";
  for (const auto& finding : verified.findings) {
    std::cout << words_of(finding.verdict) << "  " << words_of(finding.claim)
              << (finding.subject.empty() ? "" : ": " + finding.subject)
              << (finding.detail.empty() ? "" : " (" + finding.detail + ")") << "\n";
  }
  if (verified.entry.is_object()) {
    std::cout << "\n"
              << verified.entry.text("kind") << " at " << verified.entry.text("at") << ", entry " << verified.index + 1
              << " of " << verified.tree_size << " in " << verified.origin << "\n";
    if (const auto log = verified.entry.text("log"); !log.empty()) std::cout << "the log is at " << log << "\n";
  }
  return tell_overall(verified);
}

// The line on which a file first says something; 0 when it does not.
int line_of(const std::filesystem::path& file, std::string_view words) {
  const auto text = base::read_file(file.string(), 4 * 1024 * 1024);
  const auto at = text ? text->find(words) : std::string::npos;
  return at == std::string::npos
             ? 0
             : 1 + static_cast<int>(std::count(text->begin(), text->begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

// What the rules of access say of a folder that is otherwise sound. The level that counts is the policy's; a folder
// that names another one promises what nobody keeps.
std::vector<forms::Fault> policy_faults(const std::filesystem::path& folder, const forms::App& app) {
  static const std::string policy_file = "config/authorization/policy.xml", settings = "config/alting.json";
  const auto policy = access::xacml::parse_policy(app.facts().policy_xml);
  if (!policy) return {{policy_file, 0, policy.error().detail}};
  const auto compiled = access::CompiledPolicy::compile(*policy, app.facts().id);
  if (!compiled) return {{policy_file, 0, compiled.error().detail}};
  const auto line = line_of(folder / settings, "\"minimumAuthenticationLevel\"");
  const auto least = static_cast<int>(compiled->least_level(terms::ActorKind::person));
  if (line == 0 || least == app.facts().minimum_authentication_level) return {};
  return {{settings, line,
           fmt::format("minimumAuthenticationLevel is {}, but {} demands {}, which is what counts",
                       app.facts().minimum_authentication_level, policy_file, least)}};
}

int check(const std::string& folder) {
  auto loaded = forms::load_app(folder);
  if (loaded.app) loaded.faults = policy_faults(folder, *loaded.app);
  for (const auto& fault : loaded.faults)
    std::cout << fault.file << (fault.line > 0 ? ":" + std::to_string(fault.line) : "") << ": " << fault.message
              << "\n";
  const auto advice = forms::advice_on(folder);
  for (const auto& one : advice)
    std::cout << one.file << (one.line > 0 ? ":" + std::to_string(one.line) : "") << ": warning: " << one.message
              << "\n";
  if (!loaded.faults.empty() || !loaded.app) {
    std::cout << loaded.faults.size() << (loaded.faults.size() == 1 ? " fault\n" : " faults\n");
    return 1;
  }
  std::cout << loaded.app->facts().id.text() << ": no faults"
            << (advice.empty() ? "" : fmt::format(", {} warning{}", advice.size(), advice.size() == 1 ? "" : "s"))
            << "\n";
  return 0;
}

// Files that a form takes and the scanner does not look at: nobody could ever send them.
std::vector<std::string> more_than_is_scanned(const forms::AppCatalogue& apps, std::int64_t scanned) {
  std::vector<std::string> found;
  for (const auto& app : apps.all()) {
    for (const auto& rule : app->facts().uploads) {
      const auto taken =
          rule.max_bytes > 0 ? std::min(rule.max_bytes, instances::largest_upload) : instances::largest_upload;
      if (taken > scanned)
        found.push_back(fmt::format("{}, {}: files of up to {} are taken, and {} looked at (scanner.max_size_mb)",
                                    app->facts().id.text(), rule.data_type,
                                    base::size_in_words(taken, base::Language::en),
                                    base::size_in_words(scanned, base::Language::en)));
    }
  }
  return found;
}

void doctor_of_mail(const net::MailOptions& mail, const std::function<void(bool, const std::string&)>& report) {
  if (!mail.relay.empty()) {
    const auto relay = net::try_relay(mail);
    report(relay.has_value(), "mail relay: " + (relay ? mail.relay : relay.error().detail));
    const auto signer = net::make_signer(mail);
    if (!signer) report(false, signer.error().detail);
    if (signer && *signer) std::cout << "       DNS must say, for mail that is signed:\n" << (*signer)->dns_record();
  }
  if (mail.bounces.empty()) return;
  const auto mailbox = net::make_mailbox(mail);
  const base::Status reached =
      mailbox ? base::Status((*mailbox)->fetch(0).transform([](const auto&) {})) : base::Status(mailbox.error());
  report(reached.has_value(), "mailbox of bounces: " + (reached ? mail.bounces : reached.error().detail));
}

// Where what was erased could still be read, besides the data folder: in old copies, and on PostgreSQL in rows that were
// deleted and not vacuumed yet.
void doctor_of_erasure(const Settings& settings, const std::function<void(bool, const std::string&)>& report) {
  const bool said = settings.erasure.backup_days > 0 || settings.data.mode == terms::Mode::test;
  report(said, settings.erasure.backup_days > 0
                   ? fmt::format("erasure: copies of the database are kept for {} days", settings.erasure.backup_days)
                   : "erasure: how long copies of the database are kept is not said (erasure.backup_days)");
  if (settings.data.postgresql.empty()) return;
  base::SystemRandom random;
  try {
    const auto database = store::open_postgresql(settings.data.postgresql, random, {.connections = 1});
    const auto vacuumed = database->read(
        [](store::Tx& tx) { return store::read_one<std::string>(tx, "SELECT current_setting('autovacuum')"); });
    report(vacuumed == "on", "erasure: PostgreSQL vacuums by itself (autovacuum)");
  } catch (const std::exception& error) {
    report(false, fmt::format("erasure: PostgreSQL does not answer: {}", error.what()));
  }
}

int doctor(const std::string& file) {
  int faults = 0;
  const auto report = [&](bool good, const std::string& what) {
    std::cout << (good ? "ok     " : "FAULT  ") << what << "\n";
    if (!good) ++faults;
  };
  const auto settings = file.empty() ? base::Result<Settings>(demo_settings(8080, "data/demo")) : read_settings(file);
  if (!settings) {
    report(false, "settings: " + settings.error().detail);
    return 1;
  }
  report(true, "settings");
  std::error_code error;
  report(std::filesystem::exists(settings->texts, error), "texts: " + settings->texts.string());
  report(std::filesystem::exists(settings->services, error), "services: " + settings->services.string());
  report(std::filesystem::exists(settings->server.assets / "manifest.json", error),
         "assets: " + settings->server.assets.string());
  if (std::filesystem::exists(settings->services, error)) {
    const forms::AppCatalogue apps(settings->services, false);
    report(apps.faults().empty(), fmt::format("forms: {} loaded, {} faults", apps.all().size(), apps.faults().size()));
    if (!settings->scanner.clamd.empty()) {
      for (const auto& fault : more_than_is_scanned(apps, settings->scanner.largest)) report(false, fault);
    }
  }
  auto on_disk = std::filesystem::absolute(settings->data.path);
  while (!std::filesystem::exists(on_disk, error) && on_disk.has_relative_path()) on_disk = on_disk.parent_path();
  const auto space = std::filesystem::space(on_disk, error);
  if (!error) report(space.available > 1'000'000'000, fmt::format("disk: {} MB free", space.available / 1'000'000));
  const web::DiskRoom room(on_disk, settings->server.free_disk_percent);
  report(room.has_room(), fmt::format("disk: {:.0f} % free, and files are taken while {} % are", room.free_part() * 100,
                                      settings->server.free_disk_percent));
  if (settings->scanner.clamd.empty()) {
    report(settings->data.mode == terms::Mode::test, "virus scanner: none (test mode only)");
  } else {
    report(std::filesystem::exists(settings->scanner.clamd, error),
           "virus scanner: " + settings->scanner.clamd.string());
  }
  const base::SystemClock clock;
  base::SystemRandom random;
  for (const auto& probe : probe_registers(*settings, clock, random))
    report(probe.answered.has_value(),
           fmt::format("register: {}{}", probe.setting, probe.answered ? "" : ": " + probe.answered.error().detail));
  doctor_of_mail(settings->mail, report);
  for (const auto& missing : missing_for_notices(*settings)) report(false, "notices: " + missing);
  doctor_of_erasure(*settings, report);
  if (is_served(settings->data.path)) {
    const auto state = ask_server(settings->data.path, base::Json::object({{"command", "log-state"}}),
                                  [](const std::string&) { return true; });
    const bool signs = !state || state->has_value();
    report(signs, signs ? "a server is using the data folder; its log is open" : state->error().detail);
    report(true, "the log's end was looked at; the whole of it: alting log check");
    std::cout << "       `alting keys` shows its keys and epochs\n";
  } else if (std::filesystem::exists(settings->data.path / "mode", error)) {
    auto existing = *settings;
    existing.population = false;
    const auto opened = Installation::open(existing);
    report(opened.has_value(),
           opened ? "data folder and log: " + (*opened)->ledger->origin() : "data folder: " + opened.error().detail);
    report(true, "the log's end was looked at; the whole of it: alting log check");
    if (opened) {
      const auto words = words_of_epochs((*opened)->folder->vault().key_epochs(), (*opened)->clock.now());
      report(words.faults.empty(), "epochs of the keystore");
      for (const auto& line : words.lines) std::cout << "       " << line << "\n";
      for (const auto& fault : words.faults) std::cout << "       " << fault << "\n";
    }
  } else {
    report(true, "data folder: not made yet");
  }
  return faults == 0 ? 0 : 1;
}

}  // namespace

void add_tool_commands(CLI::App& app, int& status) {
  auto* verify_command = app.add_subcommand("verify",
                                            "Verify a receipt with the documents it covers, or a copy of everything "
                                            "(ZIP) with files that it holds, offline (exit status 0: verified, 1: "
                                            "broken, 2: intact, but the signer is unknown, 66: a file could not be "
                                            "read)");
  auto receipt = std::make_shared<std::string>();
  auto files = std::make_shared<std::vector<std::string>>();
  auto keys = std::make_shared<std::vector<std::string>>();
  verify_command->add_option("receipt", *receipt, "The receipt, JSON; or the copy, ZIP")->required();
  verify_command->add_option("files", *files, "Documents to compare with it");
  verify_command->add_option("--key", *keys,
                             "A verifier key you trust (name+hash+key), or a file of them; or the log's list "
                             "of all its keys (vkeys.json), of which what the other keys prove is taken");
  verify_command->callback(
      [=, &status] { status = looking(no_such_input, [&] { return verify(*receipt, *files, *keys); }); });

  auto* check_command =
      app.add_subcommand("check",
                         "Look over an app folder and report every mistake with file and line (exit status "
                         "0: no mistake, 1: some, 2: could not look)");
  auto folder = std::make_shared<std::string>();
  check_command->add_option("folder", *folder, "The app folder")->required()->check(CLI::ExistingDirectory);
  check_command->callback([=, &status] { status = looking(could_not_look, [&] { return check(*folder); }); });

  auto* bench_command = app.add_subcommand("bench", "Measure this program against floors and peers on this machine");
  auto names = std::make_shared<std::vector<std::string>>();
  auto json = std::make_shared<bool>(false);
  bench_command->add_option("name", *names, "Which measurements; none: all");
  bench_command->add_flag("--json", *json, "Figures as JSON");
  auto postgresql = std::make_shared<std::string>();
  bench_command->add_option("--postgresql", *postgresql,
                            "Connection string of an empty database: `messages` and `privacy` are measured on it too");
  auto rows = std::make_shared<std::int64_t>(5'000'000);
  bench_command->add_option("--rows", *rows, "Rows of others beside what `privacy` erases")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{100'000'000}))
      ->capture_default_str();
  bench_command->callback([=, &status] { status = bench(*names, *json, *postgresql, *rows); });

  auto* doctor_command = app.add_subcommand("doctor",
                                            "Look over settings, folders and parts, and say what is wrong "
                                            "(exit status 0: nothing, 1: something, 2: could not look)");
  auto config = std::make_shared<std::string>();
  doctor_command->add_option("--config", *config, "Settings, TOML; none: those of the demo")->check(CLI::ExistingFile);
  auto data = std::make_shared<std::string>("data/demo");
  auto certificate = std::make_shared<std::string>();
  doctor_command
      ->add_option("--certificate", *certificate,
                   "Only look at this enterprise certificate (PEM, with those above it): whether its organisation "
                   "would be logged in here")
      ->check(CLI::ExistingFile);
  doctor_command->add_option("--data", *data, "With --certificate: data folder of a demo, when there are no settings")
      ->capture_default_str();
  doctor_command->callback([=, &status] {
    status = looking(could_not_look, [&] {
      return certificate->empty() ? doctor(*config) : doctor_of_certificate({*config, *data}, *certificate);
    });
  });
}

}  // namespace alting::main
