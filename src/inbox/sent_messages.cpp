#include "inbox/sent_messages.h"

#include "access/restrictions.h"
#include "base/page_token.h"
#include "base/text.h"
#include "inbox/message_rows.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"

namespace alting::inbox {

using base::ErrorKind;
using base::make_error;

namespace {

constexpr std::size_t max_looked_for_case = 2'000;  // batches that a search opens

// What is restricted towards the agency is counted nowhere.
std::string batch_columns() {
  const auto counted = [](std::string_view what) {
    return fmt::format("(SELECT COUNT(*) FROM message m WHERE m.batch_id = b.batch_id AND m.{} IS NOT NULL AND {})",
                       what, access::unrestricted("m.party_id", "m.message_id", "b.org"));
  };
  return fmt::format(
      "b.batch_id, b.org, b.app, b.sender_name, b.language, b.key_id, b.caption, b.created_at, b.publish_at, "
      "b.published_at, b.due_at, b.confidential, b.must_confirm, b.notify, b.reply, b.recipients - (SELECT COUNT(*) "
      "FROM "
      "message m WHERE m.batch_id = b.batch_id AND NOT {}), "
      "CASE WHEN b.state = 'taken_back' THEN b.touched_at END, {}, {}, {}",
      access::unrestricted("m.party_id", "m.message_id", "b.org"), counted("opened_at"), counted("confirmed_at"),
      counted("answered_at"));
}
// A batch that went to nobody but whom it is restricted for is not read at all.
std::string readable_batch() {
  return fmt::format(
      "(NOT EXISTS (SELECT m.message_id FROM message m WHERE m.batch_id = b.batch_id) OR EXISTS (SELECT m.message_id "
      "FROM "
      "message m WHERE m.batch_id = b.batch_id AND {}))",
      access::unrestricted("m.party_id", "m.message_id", "b.org"));
}

struct StoredBatch {
  BatchSummary summary;
  std::string language;
  base::Uuid key_id;
  base::Bytes caption;
};

StoredBatch next_batch(store::RowReader& from) {
  StoredBatch one;
  auto& summary = one.summary;
  summary.id = from.next<BatchId>();
  summary.service.org = from.next<std::string>();
  summary.service.app = from.next<std::string>();
  summary.sender_name = from.next<std::string>();
  one.language = from.next<std::string>();
  one.key_id = from.next<base::Uuid>();
  one.caption = from.next<std::string>();
  summary.created_at = from.next<base::Instant>();
  summary.publish_at = from.next<base::Instant>();
  summary.published_at = from.next<std::optional<base::Instant>>();
  summary.due = from.next<std::optional<base::Instant>>();
  summary.confidential = from.next<bool>();
  summary.must_confirm = from.next<bool>();
  summary.notify = from.next<bool>();
  summary.reply = reply_from(from.next<std::string>());
  summary.recipients = from.next<std::int64_t>();
  summary.taken_back_at = from.next<std::optional<base::Instant>>();
  summary.opened = from.next<std::int64_t>();
  summary.confirmed = from.next<std::int64_t>();
  summary.answered = from.next<std::int64_t>();
  return one;
}

BatchSummary with_words(StoredBatch one, store::Vault& vault) {
  if (const auto opened = vault.open(one.key_id, one.caption, instances::agency_holder(one.summary.service.org))) {
    auto caption = caption_from(*opened);
    one.summary.title = std::move(caption.title);
    one.summary.case_reference = std::move(caption.case_reference);
  }
  return std::move(one.summary);
}

bool is_for(const terms::Permit& permit, const terms::AppId& service) {
  return permit.action() == terms::Action::agency_follow && permit.resource() == "app:" + service.text();
}

// The services that a scope opens, as a condition on a table under this name.
struct ServiceFilter {
  std::string sql;
  std::vector<store::Value> values;
};
ServiceFilter services_of(const terms::Scope& scope, std::string_view name) {
  ServiceFilter filter;
  for (const auto& app : scope.agency_apps()) {
    filter.sql += fmt::format("{}({}.org = ? AND {}.app = ?)", filter.sql.empty() ? "" : " OR ", name, name);
    filter.values.emplace_back(app.org);
    filter.values.emplace_back(app.app);
  }
  filter.sql = filter.sql.empty() ? "1 = 0" : "(" + filter.sql + ")";
  return filter;
}

bool follows(const terms::Scope& scope) {
  return scope.agency().has_value() && scope.action() == terms::Action::agency_follow;
}

RecipientState to_state(const StoredMessage& message, parties::Parties& parties) {
  RecipientState state{.id = message.place.id, .party = message.place.party};
  if (const auto party = parties.find(message.place.party)) {
    state.party_uuid = party->uuid;
    state.kind = party->kind;
    state.party_name = party->name;
    state.organisation_number = party->organisation_number;
  }
  state.available_at = message.published_at;
  state.opened = message.opened();
  state.confirmed = message.confirmed();
  state.answered_at = message.answered_at;
  return state;
}

// That the agency read what somebody wrote: seen by the party, with the agency and no name.
ledger::NewEntry reading_of(const terms::Permit& permit, const StoredMessage& message, const parties::Party& party,
                            base::Instant received, std::string_view what) {
  ledger::NewEntry entry{ledger::EventKind::message_answer_read, received};
  entry.actor = permit.actor();
  entry.party = party.id;
  entry.party_uuid = party.uuid;
  entry.party_name = party.name;
  entry.resource = permit.resource();
  entry.evidence = permit.evidence();
  entry.agency = message.place.service.org;
  entry.set(ledger::parameter::message, message.place.id.text());
  entry.set(ledger::parameter::element_kind, what);
  return entry;
}

// That somebody was refused what is restricted, once the transaction is over; answers the refusal.
base::Error written_down(access::Decider& decider, const terms::Permit& permit, const MessagePlace& place,
                         base::Error refusal) {
  if (refusal.code == access::restricted_code)
    decider.note_restricted(permit.actor(), place.service.org, place.party, permit.resource(), "message");
  return refusal;
}

base::Status check_readable(store::Tx& tx, access::Decider& decider, const terms::Permit& permit,
                            const MessagePlace& place) {
  if (tx.query_one("SELECT batch_id FROM message_batch WHERE batch_id = ? AND state = 'ended'", {place.batch}))
    return no_message();  // the agency's copy has ended, and the recipient's is none of theirs
  return decider.check_unrestricted(tx, permit.actor(), place.service.org, place.party, place.id.text());
}

// Of a batch whose recipients are all restricted: whether this employee has opened one of them. `tried`: the first.
base::Status check_some_readable(store::Tx& tx, access::Decider& decider, const terms::Permit& permit,
                                 const terms::AppId& service, const BatchId& id, MessagePlace& tried) {
  for (const auto& item : decider.opened_items(tx, permit.actor(), service.org))
    if (tx.query_one("SELECT m.message_id FROM message m WHERE m.message_id = ? AND m.batch_id = ?", {item, id}))
      return {};
  if (const auto first =
          tx.query_one("SELECT m.party_id FROM message m WHERE m.batch_id = ? ORDER BY m.place LIMIT 1", {id}))
    tried.party = store::read_one<terms::PartyId>(*first);
  return access::restricted_error();
}

}  // namespace

std::string notice_cause(const MessageId& id) { return "message:" + id.text(); }

std::optional<terms::AppId> SentMessages::service_of(const BatchId& id) {
  const auto row = with_.database.read([&](store::Tx& tx) {
    return tx.query_one("SELECT org, app FROM message_batch WHERE batch_id = ? AND state NOT IN ('writing', 'ended')",
                        {id});
  });
  if (!row) return std::nullopt;
  auto [org, app] = store::read_row<std::string, std::string>(*row);
  return terms::AppId{std::move(org), std::move(app)};
}

std::optional<MessagePlace> SentMessages::place_of(const MessageId& id) {
  const auto found = with_.database.read([&](store::Tx& tx) -> std::optional<MessagePlace> {
    const auto message = find_message(tx, id);
    if (!message || store::read_one<std::int64_t>(
                        tx,
                        "SELECT COUNT(*) FROM message_batch WHERE batch_id = ? AND state NOT IN ('writing', "
                        "'taken_back', 'ended')",
                        {message->place.batch}) == 0)
      return std::nullopt;
    return message->place;
  });
  return found;
}

base::Result<BatchPage> SentMessages::list(const terms::Scope& scope, const BatchQuery& query) {
  if (!follows(scope)) return no_message();
  const auto limit = static_cast<std::size_t>(std::clamp(query.limit, 1, 200));
  const auto words = base::search_words(query.words);
  const bool searches = !query.case_reference.empty() || !words.empty();
  auto filter = services_of(scope, "b");
  std::string where =
      "b.org = ? AND b.state NOT IN ('writing', 'ended') AND " + readable_batch() + " AND " + filter.sql;
  std::vector<store::Value> values{store::Value(*scope.agency())};
  values.insert(values.end(), filter.values.begin(), filter.values.end());
  const auto and_that = [&](std::string_view condition, store::Value value) {
    where += fmt::format(" AND {}", condition);
    values.push_back(std::move(value));
  };
  if (query.service) {
    and_that("b.org = ?", store::Value(query.service->org));
    and_that("b.app = ?", store::Value(query.service->app));
  }
  if (query.from) and_that("b.created_at >= ?", store::Value(*query.from));
  if (query.to) and_that("b.created_at <= ?", store::Value(*query.to));
  if (const auto after = base::from_page_token<std::int64_t, base::Uuid>(query.after)) {
    const auto& [created, id] = *after;
    where += " AND (b.created_at < ? OR (b.created_at = ? AND b.batch_id < ?))";
    for (const auto& value : {store::Value(created), store::Value(created), store::Value(id)}) values.push_back(value);
  }
  const auto read = searches ? max_looked_for_case : limit + 1;
  values.emplace_back(static_cast<std::int64_t>(read));
  auto rows = with_.database.read([&](store::Tx& tx) -> base::Result<std::vector<StoredBatch>> {
    ALTING_CHECK(with_.decider.recheck_read(tx, scope));
    std::vector<StoredBatch> found;
    for (const auto& row : tx.query_with(
             fmt::format("SELECT {} FROM message_batch b WHERE {} ORDER BY b.created_at DESC, b.batch_id DESC LIMIT ?",
                         batch_columns(), where),
             values)) {
      store::RowReader from(row);
      found.push_back(next_batch(from));
    }
    return found;
  });
  if (!rows) return rows.error();
  BatchPage page;
  const auto looked = rows->size();
  std::optional<std::pair<std::int64_t, base::Uuid>> last;
  for (auto& row : *rows) {
    if (page.rows.size() == limit) {
      page.next = base::to_page_token(last->first, last->second);
      return page;
    }
    last = {row.summary.created_at.micros, row.summary.id.uuid};
    auto summary = with_words(std::move(row), with_.vault);
    if (!query.case_reference.empty() && summary.case_reference != query.case_reference) continue;
    if (!words.empty() && summary.case_reference != query.words && !base::has_all_words(summary.title, words)) continue;
    page.rows.push_back(std::move(summary));
  }
  if (searches && looked == read) page.next = base::to_page_token(last->first, last->second);
  return page;
}

base::Result<BatchContent> SentMessages::open(const terms::Permit& permit, const BatchId& id) {
  const auto service = service_of(id);
  if (!service || !is_for(permit, *service)) return no_message();
  struct Read {
    StoredBatch batch;
    base::Bytes content;
    bool ignore_reservation = false;
    std::optional<MessageId> reply_to;
    std::vector<MessageFile> files;
  };
  MessagePlace tried{.service = *service};
  auto read = with_.database.read([&](store::Tx& tx) -> base::Result<Read> {
    ALTING_CHECK(with_.decider.recheck_read(tx, permit));
    const auto row = tx.query_one(
        fmt::format("SELECT {} FROM message_batch b WHERE b.batch_id = ? AND b.state NOT IN ('writing', 'ended')",
                    batch_columns()),
        {id});
    const auto rest =
        tx.query_one("SELECT content, ignore_reservation, reply_to FROM message_batch WHERE batch_id = ?", {id});
    if (!row || !rest) return no_message();
    if (!tx.query_one(
            fmt::format("SELECT b.batch_id FROM message_batch b WHERE b.batch_id = ? AND {}", readable_batch()), {id}))
      ALTING_CHECK(check_some_readable(tx, with_.decider, permit, *service, id, tried));
    store::RowReader from(*row);
    Read found{.batch = next_batch(from), .files = files_of_batch(tx, id)};
    store::RowReader more(*rest);
    found.content = more.next<std::string>();
    found.ignore_reservation = more.next<bool>();
    found.reply_to = more.next<std::optional<MessageId>>();
    return found;
  });
  if (!read) return written_down(with_.decider, permit, tried, read.error());
  ALTING_TRY(sealed, with_.vault.open(read->batch.key_id, read->content,
                                      instances::agency_holder(read->batch.summary.service.org)));
  auto text = content_from(sealed);
  std::string override_reason;
  if (const auto caption = with_.vault.open(read->batch.key_id, read->batch.caption,
                                            instances::agency_holder(read->batch.summary.service.org)))
    override_reason = caption_from(*caption).override_reason;
  BatchContent content;
  content.language = base::language_from(read->batch.language).value_or(base::Language::nb);
  content.summary = with_words(std::move(read->batch), with_.vault);
  content.text_summary = std::move(text.summary);
  content.body = std::move(text.body);
  content.override_reason = std::move(override_reason);
  content.files = std::move(read->files);
  content.ignore_reservation = read->ignore_reservation;
  content.reply_to = read->reply_to;
  return content;
}

base::Status SentMessages::read_file(const terms::Permit& permit, const BatchId& id, const FileId& file,
                                     const std::function<void(const MessageFile&)>& begin,
                                     const std::function<void(base::ByteView)>& take) {
  ALTING_TRY(content, open(permit, id));
  for (const auto& one : content.files) {
    if (one.id != file) continue;
    begin(one);
    return with_.vault.read_blob(one.blob, instances::agency_holder(content.summary.service.org), take);
  }
  return no_message();
}

base::Result<RecipientPage> SentMessages::recipients(const terms::Permit& permit, const BatchId& id,
                                                     const RecipientQuery& query) {
  const auto service = service_of(id);
  if (!service || !is_for(permit, *service)) return no_message();
  const auto limit = static_cast<std::size_t>(std::clamp(query.limit, 1, 1'000));
  std::string_view only;
  switch (query.only) {
    case RecipientQuery::Only::all: break;
    case RecipientQuery::Only::unopened: only = " AND m.opened_at IS NULL"; break;
    case RecipientQuery::Only::unconfirmed: only = " AND m.confirmed_at IS NULL"; break;
    case RecipientQuery::Only::answered: only = " AND m.answered_at IS NOT NULL"; break;
  }
  const auto after = base::from_page_token<std::int64_t>(query.after).value_or(-1);
  const auto readable = access::unrestricted("m.party_id", "m.message_id", "m.org");
  std::vector<std::int64_t> places;
  auto found = with_.database.read([&](store::Tx& tx) -> base::Result<std::vector<StoredMessage>> {
    ALTING_CHECK(with_.decider.recheck_read(tx, permit));
    std::vector<StoredMessage> rows;
    places.clear();
    for (const auto& row :
         tx.query(fmt::format("SELECT m.place, {} FROM message m JOIN message_batch b ON b.batch_id = m.batch_id WHERE "
                              "m.batch_id = ? AND b.state NOT IN ('taken_back', 'ended') AND m.place > ?{} AND {} "
                              "ORDER BY m.place LIMIT "
                              "?",
                              listed_columns, only, readable),
                  {id, after, static_cast<std::int64_t>(limit + 1)})) {
      store::RowReader from(row);
      places.push_back(from.next<std::int64_t>());
      rows.push_back(next_message(from));
    }
    return rows;
  });
  if (!found) return found.error();
  RecipientPage page;
  for (std::size_t i = 0; i < std::min(limit, found->size()); ++i) {
    page.rows.push_back(to_state((*found)[i], with_.parties));
    page.tokens.push_back(base::to_page_token(places[i]));
  }
  if (found->size() > limit) page.next = base::to_page_token(places[limit - 1]);
  return page;
}

base::Result<RecipientState> SentMessages::recipient(const terms::Permit& permit, const MessageId& id) {
  MessagePlace place;
  auto found = with_.database.read([&](store::Tx& tx) -> base::Result<StoredMessage> {
    ALTING_CHECK(with_.decider.recheck_read(tx, permit));
    auto message = find_message(tx, id);
    if (!message || !is_for(permit, message->place.service)) return no_message();
    place = message->place;
    ALTING_CHECK(check_readable(tx, with_.decider, permit, place));
    return *std::move(message);
  });
  if (!found) return written_down(with_.decider, permit, place, found.error());
  return to_state(*found, with_.parties);
}

base::Result<std::vector<ReceivedAnswer>> SentMessages::answers(const terms::Permit& permit, const MessageId& id,
                                                                base::Instant received) {
  struct Sealed {
    Answer answer;
    base::Uuid key_id;
    base::Bytes content;
  };
  StoredMessage message;
  auto sealed = with_.database.read([&](store::Tx& tx) -> base::Result<std::vector<Sealed>> {
    ALTING_CHECK(with_.decider.recheck_read(tx, permit));
    auto there = find_message(tx, id);
    if (!there || !is_for(permit, there->place.service)) return no_message();
    message = *std::move(there);
    ALTING_CHECK(check_readable(tx, with_.decider, permit, message.place));
    std::vector<Sealed> found;
    for (const auto& row :
         tx.query("SELECT answer_id, key_id, content, written_at FROM message_answer WHERE message_id "
                  "= ? ORDER BY written_at, answer_id",
                  {id})) {
      store::RowReader from(row);
      Sealed one;
      one.answer.id = from.next<AnswerId>();
      one.key_id = from.next<base::Uuid>();
      one.content = from.next<std::string>();
      one.answer.at = from.next<base::Instant>();
      one.answer.files = files_of_answer(tx, message.place.party, one.answer.id);
      found.push_back(std::move(one));
    }
    return found;
  });
  if (!sealed) return written_down(with_.decider, permit, message.place, sealed.error());
  const auto party = with_.parties.find(message.place.party);
  if (sealed->empty() || !party) return std::vector<ReceivedAnswer>();
  const auto prepared = with_.ledger.prepare(reading_of(permit, message, *party, received, "answer"));
  ALTING_CHECK(with_.database.write([&](store::Tx& tx) -> base::Status {
    ALTING_CHECK(with_.decider.recheck(tx, permit));
    ALTING_CHECK(check_readable(tx, with_.decider, permit, message.place));
    if (permit.actor().is_person())
      ALTING_CHECK(with_.quotas.spend(tx, store::Spending::entries, received, permit.actor().party));
    tx.run("UPDATE message_answer SET read_at = ? WHERE message_id = ? AND read_at IS NULL", {received, id});
    with_.ledger.append(tx, prepared);
    return {};
  }));
  std::vector<ReceivedAnswer> answers;
  for (auto& one : *sealed) {
    ALTING_TRY(opened, with_.vault.open(one.key_id, one.content, instances::agency_holder(message.place.service.org)));
    auto written = answer_from(opened);
    one.answer.by_name = std::move(written.by_name);
    one.answer.text = std::move(written.text);
    answers.push_back({id, party->uuid, party->name, std::move(one.answer)});
  }
  return answers;
}

base::Result<std::vector<FormAnswer>> SentMessages::form_answers(const terms::Permit& permit, const MessageId& id) {
  MessagePlace place;
  auto answers = with_.database.read([&](store::Tx& tx) -> base::Result<std::vector<FormAnswer>> {
    ALTING_CHECK(with_.decider.recheck_read(tx, permit));
    const auto message = find_message(tx, id);
    if (!message || !is_for(permit, message->place.service)) return no_message();
    place = message->place;
    ALTING_CHECK(check_readable(tx, with_.decider, permit, place));
    std::vector<FormAnswer> found;
    const auto reply = reply_from(message->reply);
    if (!reply.form) return found;
    for (const auto& row : tx.query("SELECT instance_id, sent_at FROM message_form_reply WHERE message_id = ? AND "
                                    "sent_at IS NOT NULL ORDER BY sent_at, instance_id",
                                    {id})) {
      const auto [instance, sent] = store::read_row<terms::InstanceId, base::Instant>(row);
      found.push_back({instance, *reply.form, sent});
    }
    return found;
  });
  if (!answers) return written_down(with_.decider, permit, place, answers.error());
  return answers;
}

base::Status SentMessages::read_answer_file(const terms::Permit& permit, const MessageId& id, const FileId& file,
                                            base::Instant received,
                                            const std::function<void(const MessageFile&)>& begin,
                                            const std::function<void(base::ByteView)>& take) {
  StoredMessage message;
  auto wanted = with_.database.read([&](store::Tx& tx) -> base::Result<MessageFile> {
    ALTING_CHECK(with_.decider.recheck_read(tx, permit));
    auto there = find_message(tx, id);
    if (!there || !is_for(permit, there->place.service)) return no_message();
    message = *std::move(there);
    ALTING_CHECK(check_readable(tx, with_.decider, permit, message.place));
    const auto row = tx.query_one(
        "SELECT f.answer_id FROM message_answer_file f JOIN message_answer a ON a.party_id = f.party_id AND "
        "a.answer_id "
        "= f.answer_id WHERE a.party_id = ? AND a.message_id = ? AND f.file_id = ?",
        {message.place.party, id, file});
    if (!row) return no_message();
    for (auto& one : files_of_answer(tx, message.place.party, store::read_one<AnswerId>(*row)))
      if (one.id == file) return std::move(one);
    return no_message();
  });
  if (!wanted) return written_down(with_.decider, permit, message.place, wanted.error());
  const auto party = with_.parties.find(message.place.party);
  if (!party) return no_message();
  const auto prepared = with_.ledger.prepare(reading_of(permit, message, *party, received, "attachment"));
  ALTING_CHECK(with_.database.write([&](store::Tx& tx) -> base::Status {
    ALTING_CHECK(with_.decider.recheck(tx, permit));
    ALTING_CHECK(check_readable(tx, with_.decider, permit, message.place));
    if (permit.actor().is_person())
      ALTING_CHECK(with_.quotas.spend(tx, store::Spending::entries, received, permit.actor().party));
    with_.ledger.append(tx, prepared);
    return {};
  }));
  begin(*wanted);
  return with_.vault.read_blob(wanted->blob, instances::agency_holder(message.place.service.org), take);
}

base::Result<std::vector<SentMessages::NewAnswer>> SentMessages::new_answers(const terms::Scope& scope, int limit) {
  if (!follows(scope)) return no_message();
  auto filter = services_of(scope, "a");
  filter.sql += " AND " + access::unrestricted("a.party_id", "a.message_id", "a.org");
  auto values = std::move(filter.values);
  values.emplace_back(static_cast<std::int64_t>(std::clamp(limit, 1, 200)));
  struct Sealed {
    terms::PartyId who;
    base::Uuid key_id;
    base::Bytes caption;
  };
  std::vector<Sealed> sealed;
  auto found = with_.database.read([&](store::Tx& tx) -> base::Result<std::vector<NewAnswer>> {
    ALTING_CHECK(with_.decider.recheck_read(tx, scope));
    std::vector<NewAnswer> answers;
    sealed.clear();
    for (const auto& row : tx.query_with(
             fmt::format("SELECT a.message_id, m.batch_id, a.org, a.app, a.party_id, a.written_at, a.read_at, "
                         "b.key_id, b.caption FROM "
                         "message_answer a JOIN message m ON m.party_id = a.party_id AND m.message_id = a.message_id "
                         "JOIN message_batch b ON b.batch_id = m.batch_id "
                         "WHERE {} AND b.state <> 'ended' ORDER BY a.written_at DESC, a.answer_id DESC LIMIT ?",
                         filter.sql),
             values)) {
      store::RowReader from(row);
      NewAnswer one;
      one.message = from.next<MessageId>();
      one.batch = from.next<BatchId>();
      one.service.org = from.next<std::string>();
      one.service.app = from.next<std::string>();
      auto& rest = sealed.emplace_back();
      rest.who = from.next<terms::PartyId>();
      one.at = from.next<base::Instant>();
      one.read = from.next<std::optional<base::Instant>>().has_value();
      rest.key_id = from.next<base::Uuid>();
      rest.caption = from.next<std::string>();
      answers.push_back(std::move(one));
    }
    return answers;
  });
  if (!found) return found.error();
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    auto& one = (*found)[i];
    if (const auto party = with_.parties.find(sealed[i].who)) one.party_name = party->name;
    if (const auto caption =
            with_.vault.open(sealed[i].key_id, sealed[i].caption, instances::agency_holder(one.service.org)))
      one.title = caption_from(*caption).title;
  }
  return found;
}

}  // namespace alting::inbox
