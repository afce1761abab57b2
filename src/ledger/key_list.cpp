#include "ledger/key_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "ledger/ended_log.h"
#include "ledger/log_addresses.h"
#include "ledger/proved_entry.h"
#include "ledger/succession.h"

namespace alting::ledger {

namespace {

constexpr std::string_view format_name = "alting.log-keys/1";
constexpr base::JsonLimits key_list_limits{4 * 1024 * 1024, 16, 200'000};

struct ListedKey {
  KeyStatement statement;
  base::Instant from;
  std::optional<base::Instant> until;
};

struct ListedLog {
  LogRow row;
  std::string address;
  std::optional<base::Instant> ended;
  std::vector<ListedKey> keys;
};

base::Instant begun(const KeyStatement& statement, const LogRow& row) {
  const auto entry = base::Json::parse(statement.entry);
  const auto at = entry ? base::from_rfc3339(entry->text("at")) : std::nullopt;
  return at ? *at : row.created_at;
}

std::vector<ListedLog> read_logs(store::Database& database, const LedgerOptions& options) {
  std::vector<ListedLog> all;
  for (auto& row : database.read([](store::Tx& tx) { return logs(tx); })) {
    const auto rows = database.read([&](store::Tx& tx) { return keys(tx, row.log); });
    if (!all.empty()) all.back().ended = row.created_at;
    ListedLog one{row, address_of(options.address, row.log, row.origin), {}, {}};
    for (auto& statement : statements_of(rows)) {
      const auto from = begun(statement, row);
      one.keys.push_back({std::move(statement), from, rows[one.keys.size()].signs_until});
    }
    all.push_back(std::move(one));
  }
  return all;
}

std::string sign_text(const std::vector<ListedLog>& all, const std::vector<NoteSigner>& signers) {
  std::string text = fmt::format("# {}\n# The keys of the log {}, oldest first; it was signed by the newest.\n",
                                 format_name, all.back().row.origin);
  for (const auto& log : all) {
    text += fmt::format("# log {} {} began {}{}\n", log.row.origin, log.address, base::to_rfc3339(log.row.created_at),
                        log.ended ? " ended " + base::to_rfc3339(*log.ended) : "");
    for (const auto& key : log.keys)
      text += fmt::format("# key from {}{}\n{}\n", base::to_rfc3339(key.from),
                          key.until ? " until " + base::to_rfc3339(*key.until) : "", key.statement.vkey);
  }
  SignedNote note{std::move(text), {}};
  for (const auto& signer : signers) note.signatures.push_back(signer.sign(note.text));
  return note.format();
}

base::Json to_json(const ListedLog& log) {
  auto keys = base::Json::array();
  for (const auto& key : log.keys) {
    auto one = base::Json::parse(write_key_statement(key.statement)).value();
    one.set("from", base::to_rfc3339(key.from));
    if (key.until) one.set("until", base::to_rfc3339(*key.until));
    keys.push_back(std::move(one));
  }
  auto json = base::Json::object({{"address", log.address},
                                  {"began", base::to_rfc3339(log.row.created_at)},
                                  {"keys", std::move(keys)},
                                  {"mode", log.row.mode},
                                  {"origin", log.row.origin}});
  if (log.ended) json.set("ended", base::to_rfc3339(*log.ended));
  if (log.row.succession && !log.row.succession->empty()) json.set("succession", *log.row.succession);
  return json;
}

// Which keys are trusted; grows by what is proved from those that are.
class Followed {
 public:
  explicit Followed(std::vector<std::string> trusted) : trusted_(std::move(trusted)) {}
  [[nodiscard]] bool trusts(std::string_view key) const { return std::ranges::find(trusted_, key) != trusted_.end(); }
  void add(std::string key) {
    if (trusts(key)) return;
    trusted_.push_back(std::move(key));
    grown_ = true;
  }
  [[nodiscard]] bool grown() { return std::exchange(grown_, false); }
  [[nodiscard]] std::vector<std::string> all() { return std::move(trusted_); }

  void follow_announcements(const base::Json& keys) {
    for (std::size_t i = 1; i < keys.size(); ++i) {
      const auto before = keys[i - 1].text("vkey"), key = keys[i].text("vkey");
      const auto signer = VerifierKey::parse(before);
      if (trusts(before) && !trusts(key) && signer && is_announced(keys[i], *signer, key)) add(std::string(key));
    }
  }
  void follow_succession(std::string_view note) {
    const auto one = Succession::read(note);
    if (!one) return;
    const auto old_key = one->old_key.text(), new_key = one->new_key.text();
    if (trusts(old_key)) add(new_key);
    if (trusts(new_key)) add(old_key);
  }
  void follow_list(std::string_view text) {
    const auto note = SignedNote::parse(text);
    if (!note || !note->text.starts_with(fmt::format("# {}\n", format_name))) return;
    const bool vouched = std::ranges::any_of(trusted_, [&](const std::string& one) {
      const auto key = VerifierKey::parse(one);
      return key && key->type == KeyType::ed25519 && check_signature(*note, *key).outcome == SignatureCheck::good;
    });
    if (!vouched) return;
    for (const auto line : base::split(note->text, '\n'))
      if (const auto key = VerifierKey::parse(line); key && key->type == KeyType::ed25519) add(key->text());
  }

 private:
  std::vector<std::string> trusted_;
  bool grown_ = false;
};

}  // namespace

KeyList list_keys(store::Database& database, const LedgerOptions& options, const std::vector<NoteSigner>& signers) {
  const auto all = read_logs(database, options);
  KeyList list;
  auto json = base::Json::array();
  for (const auto& log : all) {
    for (const auto& key : log.keys) list.keys.push_back(key.statement.vkey);
    json.push_back(to_json(log));
  }
  list.text = sign_text(all, signers);
  list.json = base::canonical_json(
                  base::Json::object({{"format", format_name}, {"logs", std::move(json)}, {"statement", list.text}}))
                  .value();
  return list;
}

bool is_key_list(std::string_view text) { return text.starts_with('{'); }

std::optional<std::vector<std::string>> follow_keys(std::string_view json, std::vector<std::string> trusted) {
  const auto parsed = base::Json::parse(json, key_list_limits);
  if (!parsed || parsed->text("format") != format_name || !(*parsed)["logs"].is_array()) return std::nullopt;
  const auto& logs = (*parsed)["logs"];
  constexpr std::size_t max_logs = 256;
  if (logs.size() > max_logs) return std::nullopt;
  Followed followed(std::move(trusted));
  do {
    followed.follow_list(parsed->text("statement"));
    for (std::size_t i = 0; i < logs.size(); ++i) {
      if (logs[i]["keys"].is_array() && logs[i]["keys"].size() <= max_keys)
        followed.follow_announcements(logs[i]["keys"]);
      followed.follow_succession(logs[i].text("succession"));
    }
  } while (followed.grown());
  return followed.all();
}

}  // namespace alting::ledger
