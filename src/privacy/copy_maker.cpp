#include "privacy/copy_maker.h"

#include <algorithm>
#include <exception>
#include <map>

#include "base/log.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "instances/instance.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "privacy/bag_writer.h"
#include "privacy/copy_signer.h"
#include "privacy/gathered_row.h"
#include "privacy/minisign.h"
#include "store/failpoint.h"
#include "store/row_reader.h"
#include "store/rows_by_column.h"

namespace alting::privacy {
namespace {

constexpr base::Duration between_looks = base::Duration::seconds(2), after_a_failure = base::Duration::minutes(1),
                         lease_too_far = base::Duration::minutes(10),  // written by a clock that was wrong
    behind_ones_own = base::Duration::hours(1), counts_for = base::Duration::hours(24);
constexpr int waits_for_receipt = 30;  // of a second each
constexpr std::size_t most_known_parties = 1'000;

// Rows that are found by an index: of each table by the column that finds most of them, for several may find the same. What was
// done for others is little beside them.
std::int64_t records_about(const GatherNeeds& needs, const CopySubject& subject) {
  const auto values = subject_values(subject);
  const auto cells = [&](terms::SubjectForm form) {
    const auto said = [](const auto& all) { return std::vector<store::Cell>(all.begin(), all.end()); };
    switch (form) {
      case terms::SubjectForm::party_id: return said(values.parties);
      case terms::SubjectForm::party_uuid: return said(values.party_uuids);
      case terms::SubjectForm::user_id: return said(values.user_ids);
      case terms::SubjectForm::holder: return said(values.holders);
      case terms::SubjectForm::number_hash: return said(values.number_hashes);
      case terms::SubjectForm::organisation_number: return said(values.organisation_numbers);
    }
    return std::vector<store::Cell>();
  };
  std::int64_t about = 0;
  for (const auto* table : needs.catalogue.tables()) {
    if (!is_gathered(*table)) continue;
    const bool has_own =
        std::ranges::any_of(table->subjects, [](const auto& one) { return one.kind != terms::SubjectKind::actor; });
    std::int64_t most = 0;
    for (const auto& one : table->subjects) {
      const bool is_of_acts = has_own && one.kind == terms::SubjectKind::actor;
      if (is_of_acts || !one.is_indexed || !one.table.empty() || one.column.empty()) continue;
      std::int64_t found = 0;
      for (const auto& cell : cells(one.form))
        found += needs.database.read([&](store::Tx& tx) { return store::count_of(tx, *table, {one.column, cell}); });
      most = std::max(most, found);
    }
    about += most;
  }
  return about;
}

}  // namespace

Gathering gathering_by(const GatherNeeds& needs) {
  return {.subject = [needs](const terms::Permit& permit,
                             base::Language language) { return copy_subject(needs, permit, language); },
          .gather = [needs](const CopySubject& subject, const terms::Permit& permit,
                            CopySink& sink) { return gather(needs, subject, permit, sink); },
          .article_15 = [needs](const base::Texts& texts, const CopySubject& subject, const Gathered& gathered,
                                base::Instant at) { return article_15(needs, texts, subject, gathered, at); },
          .agency_name =
              [&apps = needs.apps](std::string_view org, base::Language language) {
                for (const auto& app : apps.services())
                  if (app->facts().id.org == org) return app->controller(language).name;
                return std::string();
              },
          .app = [&apps = needs.apps](const terms::AppId& id) { return apps.find(id); },
          .about = [needs](const CopySubject& subject) { return records_about(needs, subject); }};
}

// Whose copy it is for now, and whether there is a reason to go on.
class CopyMaker::Turn {
 public:
  Turn(CopyMaker& maker, const StoredCopy& copy, std::string holder)
      : maker_(maker), id_(copy.id), holder_(std::move(holder)), looked_(maker.with_.clock.now()) {}

  bool goes_on() {
    if (maker_.workers_.stopping()) stopped_ = true;
    if (!stopped_ && maker_.with_.clock.now() - looked_ >= between_looks) hold();
    return !stopped_ && !no_room_;
  }
  struct CutOff : std::exception {};
  // While octets are written, that are of one record.
  void must_go_on() {
    if (!goes_on()) throw CutOff();
  }
  void note(std::int64_t done, std::int64_t of) {
    done_ = done;
    all_ = of;
  }
  [[nodiscard]] const std::string& holder() const { return holder_; }
  [[nodiscard]] bool stopped() const { return stopped_ || no_room_; }
  // Inside a transaction: it is still ours, and nobody has deleted it.
  [[nodiscard]] bool holds(store::Tx& tx) const {
    return tx
        .query_one(
            "SELECT copy_id FROM privacy_copy WHERE copy_id = ? AND lease_holder = ? AND state = 'waiting' "
            "{lock}",
            {id_, holder_})
        .has_value();
  }

 private:
  void hold() {
    looked_ = maker_.with_.clock.now();
    const auto kept = maker_.with_.database.write([&](store::Tx& tx) -> base::Result<bool> {
      return tx.run(
                 "UPDATE privacy_copy SET leased_until = ?, items_done = ?, items_all = ? WHERE copy_id = ? AND "
                 "lease_holder = ? AND state = 'waiting'",
                 {looked_ + copy_lease, done_, all_, id_, holder_}) > 0;
    });
    stopped_ = !*kept;
    no_room_ = !maker_.has_room();
  }
  CopyMaker& maker_;
  CopyId id_;
  std::string holder_;
  base::Instant looked_;
  std::int64_t done_ = 0, all_ = 0;
  bool stopped_ = false, no_room_ = false;
};

void CopyMaker::start() {
  constexpr base::Workers::Pause pause = std::chrono::seconds(2);
  workers_.repeat("copies.failed", pause, [this] {
    while (!workers_.stopping() && make_next()) {
    }
    return pause;
  });
}

void CopyMaker::stop() { workers_.stop(); }

std::optional<StoredCopy> CopyMaker::take(const std::string& holder) {
  const auto now = with_.clock.now();
  auto taken = with_.database.write([&](store::Tx& tx) -> base::Result<std::optional<StoredCopy>> {
    tx.run(
        "UPDATE privacy_copy SET state = 'failed', lease_holder = NULL WHERE state = 'waiting' AND tries >= ? AND "
        "leased_until <= ?",
        {max_copy_tries, now});
    const auto row = tx.query_one(
        fmt::format("SELECT {} FROM privacy_copy c WHERE state = 'waiting' AND (leased_until <= ? OR leased_until > ?) "
                    "ORDER BY asked_at + ? * (SELECT COUNT(*) FROM privacy_copy o WHERE o.asked_by = c.asked_by AND "
                    "o.asked_at < c.asked_at AND o.asked_at > c.asked_at - ?), copy_id LIMIT 1 {{lock}}",
                    copy_columns),
        {now, now + lease_too_far, behind_ones_own.micros, counts_for.micros});
    if (!row) return std::optional<StoredCopy>();
    auto copy = stored_copy_from(*row);
    tx.run(
        "UPDATE privacy_copy SET lease_holder = ?, leased_until = ?, tries = tries + 1, items_done = 0, items_all = 0 "
        "WHERE copy_id = ?",
        {holder, now + copy_lease, copy.id});
    return std::optional(std::move(copy));
  });
  return *std::move(taken);
}

bool CopyMaker::make_next() {
  if (!has_room()) return false;
  const auto holder = base::Uuid::v4(with_.random).text();
  const auto copy = take(holder);
  if (!copy) return false;
  store::failpoint::pass("copies.taken");
  Turn turn(*this, *copy, holder);
  std::optional<Why> why;
  try {
    make(*copy, turn);
    if (turn.stopped()) why = Why::stopped;
  } catch (const Turn::CutOff&) {
    why = Why::stopped;
  } catch (const store::DatabaseError&) {  // what it says may hold what stands in a row
    base::log(base::LogLevel::error, "copies.failed", {{"reason", "the database"}});
    why = Why::failed;
  } catch (const std::exception& error) {
    base::log(base::LogLevel::error, "copies.failed", {{"reason", error.what()}});
    why = Why::failed;
  }
  if (why && !has_room()) {
    base::log(base::LogLevel::warning, "copies.no_room");
    why = Why::no_room;
  }
  if (why) give_back(*copy, holder, *why);
  erase_leftovers(*copy);
  return true;
}

// Of a copy that nobody makes any more: it is ready and its party's, or was deleted. What one that waits still holds goes
// when it is made anew.
void CopyMaker::erase_leftovers(const StoredCopy& copy) {
  const auto now = with_.database.read([&](store::Tx& tx) { return find_copy(tx, copy.id); });
  if (now && now->state == "waiting") return;
  (void)with_.vault.erase_by_holder(holder_in_making(copy.id));
}

void CopyMaker::give_back(const StoredCopy& copy, const std::string& holder, Why why) {
  const auto now = with_.clock.now();
  (void)with_.database.write([&](store::Tx& tx) -> base::Status {
    // A stop, or a full disk, is no fault of the copy.
    tx.run(
        "UPDATE privacy_copy SET lease_holder = NULL, leased_until = ?, tries = tries - ? WHERE copy_id = ? AND "
        "lease_holder = ? AND state = 'waiting'",
        {why == Why::stopped ? now : now + after_a_failure, why == Why::failed ? 0 : 1, copy.id, holder});
    return {};
  });
}

std::optional<ledger::Receipt> CopyMaker::enter(const StoredCopy& copy, const terms::Permit& permit, Turn& turn,
                                                base::ByteView list, std::int64_t items, const std::string& signer) {
  auto entry = ledger::entry_for(ledger::EventKind::copy_made, permit, with_.clock.now());
  entry.documents.push_back({.role = "copy",
                             .media_type = "text/plain",
                             .file_name = std::string(list_of_lists),
                             .size = static_cast<std::int64_t>(list.size()),
                             .sha256 = crypto::sha256(list)});
  entry.set(ledger::parameter::copy, copy.id.text());
  entry.set(ledger::parameter::count, items);
  entry.set(ledger::parameter::signer, signer);
  const auto prepared = with_.ledger.prepare(std::move(entry));
  std::optional<ledger::EntryHandle> handle;
  const auto written = with_.database.write([&](store::Tx& tx) -> base::Status {
    handle.reset();
    if (turn.holds(tx)) handle = with_.ledger.append(tx, prepared);
    return {};
  });
  if (!written || !handle) return std::nullopt;
  store::failpoint::pass("copies.logged");
  if (auto receipt = with_.ledger.await_receipt(*handle)) return *std::move(receipt);
  for (int waited = 0; waited < waits_for_receipt && turn.goes_on(); ++waited) {
    if (auto receipt = with_.ledger.receipt(prepared.id)) return *std::move(receipt);
    (void)workers_.wait(std::chrono::seconds(1));
  }
  if (turn.stopped()) return std::nullopt;
  throw std::runtime_error("the log gave no receipt of a copy");
}

// Names of businesses are open; of persons, whom the portal names to this party too, and the party itself.
CopyNames CopyMaker::names_for(const CopySubject& subject) {
  CopyNames names;
  if (with_.gathering.agency_name)
    names.agency = [this, language = subject.language](std::string_view org) {
      return with_.gathering.agency_name(org, language);
    };
  names.app = with_.gathering.app;
  names.form_of = [this, party = subject.party](std::string_view instance) -> std::optional<terms::AppId> {
    return with_.database.read([&](store::Tx& tx) -> std::optional<terms::AppId> {
      const auto row =
          tx.query_one("SELECT org, app FROM instance WHERE party_id = ? AND instance_id = ?", {party, instance});
      if (!row) return std::nullopt;
      auto [org, app] = store::read_row<std::string, std::string>(*row);
      return terms::AppId{std::move(org), std::move(app)};
    });
  };
  using Known = std::map<std::int64_t, std::optional<parties::Party>>;
  names.party = [this, own = subject.party, known = std::make_shared<Known>()](std::int64_t id, bool is_met) {
    if (known->size() > most_known_parties) known->clear();
    const auto [place, is_new] = known->try_emplace(id);
    if (is_new) place->second = with_.parties.find(terms::PartyId{id});
    const auto& party = place->second;
    if (!party || (party->kind == parties::PartyKind::person && !is_met && own.value != id)) return std::string();
    return party->name;
  };
  return names;
}

void CopyMaker::make(const StoredCopy& copy, Turn& turn) {
  const auto must = [](auto result, const char* what) {
    if (!result) throw std::runtime_error(fmt::format("{}: {}", what, result.error().code));
    return *std::move(result);
  };
  const auto texts = must(base::Texts::load(with_.texts), "texts");
  const auto permit = must(
      with_.decider.permit_for_job(access::JobKind::portable, terms::Action::read, {.party = copy.party}), "permit");
  auto subject = must(with_.gathering.subject(permit, copy.language), "subject");
  subject.with_confidential = subject.is_person && copy.asked_by == copy.party;
  for (const auto service : base::split(copy.confidential, ' '))
    if (!service.empty()) subject.confidential_services.emplace(service);
  const auto key = copy_signing_key(with_.database, with_.vault, with_.clock, with_.random);
  const auto signer = minisign_key(key);
  const auto party = with_.parties.find(copy.party);
  const auto holder = instances::party_holder(copy.party);

  // What a turn that was cut off left.
  (void)with_.vault.erase_by_holder(holder_in_making(copy.id));
  if (copy.blob) with_.vault.discard_blob(*copy.blob, holder);
  const auto blob = with_.vault.create_blob({holder_in_making(copy.id)});
  // Whoever deleted it before there was this key has not erased it.
  const auto ours = with_.database.write([&](store::Tx& tx) -> base::Result<bool> { return turn.holds(tx); });
  if (!*ours) return;
  const auto about = with_.gathering.about ? with_.gathering.about(subject) : 0;
  std::int64_t looked_at = 0;
  BagWriter bag({.texts = texts,
                 .language = copy.language,
                 .random = with_.random,
                 .spool = with_.spool,
                 .party_name = party ? party->name : std::string(),
                 .at = with_.clock.now(),
                 .sink =
                     [&](base::ByteView part) {
                       turn.must_go_on();
                       blob->append(part);
                     },
                 .names = names_for(subject),
                 .wants_more =
                     [&] {
                       turn.note(looked_at, std::max(about, looked_at));
                       ++looked_at;
                       return turn.goes_on();
                     }});
  const auto gathered = must(with_.gathering.gather(subject, permit, bag), "gathering");
  if (!gathered.whole || turn.stopped()) return;
  store::failpoint::pass("copies.gathered");
  bag.add_article_15(with_.gathering.article_15(texts, subject, gathered, with_.clock.now()));
  std::string log_keys;
  for (const auto& one : with_.ledger.verifier_keys()) log_keys += one + "\n";
  const auto list = bag.close(copy.id.text(), {{std::string(public_key_file), minisign_key_file(signer)},
                                               {"log-checkpoint.txt", with_.ledger.checkpoint()},
                                               {"log-keys.txt", log_keys}});
  bag.add_beside(list_signature, minisign(key, list, "copy " + copy.id.text()));
  const auto receipt = enter(copy, permit, turn, list, bag.records(), signer);
  if (!receipt) return;
  bag.add_beside(list_receipt, receipt->json);
  bag.finish();
  store::failpoint::pass("copies.written");
  const auto made = blob->finish();
  if (!make_ready(copy, turn, made)) with_.vault.discard_blob(made, holder);
}

// False: it was deleted, or is another's by now; nobody is given this one.
bool CopyMaker::make_ready(const StoredCopy& copy, Turn& turn, const store::Blob& made) {
  const auto named = with_.database.write([&](store::Tx& tx) -> base::Result<bool> {
    return tx.run(
               "UPDATE privacy_copy SET key_id = ?, blob_name = ?, size = ?, digest = ? WHERE copy_id = ? AND "
               "lease_holder = ? AND state = 'waiting'",
               {made.key_id, made.name, made.size, store::Value::octets(made.digest), copy.id, turn.holder()}) > 0;
  });
  if (!*named) return false;
  store::failpoint::pass("copies.named");
  if (!with_.vault.share({made.key_id}, holder_in_making(copy.id), instances::party_holder(copy.party))) return false;
  store::failpoint::pass("copies.before_ready");
  const auto now = with_.clock.now();
  const auto ready = with_.database.write([&](store::Tx& tx) -> base::Result<bool> {
    return tx.run(
               "UPDATE privacy_copy SET state = 'ready', kept_from = ?, lease_holder = NULL, leased_until = 0 WHERE "
               "copy_id = ? AND lease_holder = ? AND state = 'waiting'",
               {now, copy.id, turn.holder()}) > 0;
  });
  return *ready;
}

}  // namespace alting::privacy
