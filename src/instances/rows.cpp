#include "instances/rows.h"

namespace alting::instances {

using base::Json;

namespace {

terms::InstanceId instance_id(const store::Row& row, std::size_t column) { return {row.uuid(column)}; }

State state_from(std::string_view text) {
  if (text == "sent") return State::sent;
  if (text == "archived") return State::archived;
  if (text == "deleted") return State::deleted;
  return State::draft;
}

}  // namespace

std::string_view to_text(State state) {
  switch (state) {
    case State::draft: return "draft";
    case State::sent: return "sent";
    case State::archived: return "archived";
    case State::deleted: return "deleted";
  }
  return "";
}

store::Holder party_holder(terms::PartyId party) { return fmt::format("party:{}", party.value); }
store::Holder agency_holder(std::string_view org) { return fmt::format("agency:{}", org); }

base::Result<base::Uuid> read_post_id(std::string_view text) {
  const auto id = base::Uuid::parse(text);
  if (!id) return base::make_error(base::ErrorKind::invalid, "error.post_id", "the form carries no one-time id");
  return *id;
}

base::Uuid key_of_instance(store::Tx& tx, terms::PartyId party, const terms::InstanceId& id) {
  return tx.query_one("SELECT key_id FROM instance WHERE party_id = ? AND instance_id = ?", {party, id})
      .value()
      .uuid(0);
}

std::string act_on(std::string_view act, std::string_view target) { return fmt::format("{} {}", act, target); }

base::Error not_found() {
  return base::make_error(base::ErrorKind::not_found, "error.instance.not_found", "no such instance for this party");
}
base::Error wrong_state() {
  return base::make_error(base::ErrorKind::conflict, "error.instance.state", "the instance is in another state");
}

access::Target Location::target() const {
  return {.party = party, .app = app, .instance = id, .task = state == State::draft ? "Task_1" : "EndEvent_1"};
}

Location location_from(const store::Row& row, std::size_t first, terms::PartyId party) {
  Location at;
  at.party = party;
  at.id = instance_id(row, first);
  at.app = {row.text(first + 1), row.text(first + 2)};
  at.state = state_from(row.text(first + 3));
  if (!row.is_null(first + 4)) at.parent = instance_id(row, first + 4);
  at.root = instance_id(row, first + 5);
  return at;
}

std::optional<Location> find_location(store::Tx& tx, terms::PartyId party, const terms::InstanceId& id) {
  const auto row = tx.query_one(
      fmt::format("SELECT {} FROM instance WHERE party_id = ? AND instance_id = ?", location_columns), {party, id});
  if (!row) return std::nullopt;
  return location_from(*row, 0, party);
}

std::vector<Attachment> attachments_of(store::Tx& tx, terms::PartyId party, const terms::InstanceId& id) {
  std::vector<Attachment> all;
  for (const auto& row :
       tx.query("SELECT element_id, data_type, file_name, tag, media_type, size, blob_name, key_id, digest, scan, "
                "created_at "
                "FROM attachment WHERE party_id = ? AND instance_id = ? ORDER BY created_at, element_id",
                {party, id})) {
    Attachment one;
    one.id = {row.uuid(0)};
    one.data_type = row.text(1);
    one.file_name = row.text(2);
    one.tag = row.text(3);
    one.media_type = row.text(4);
    one.size = row.number(5);
    one.digest = row.octets(8);
    one.scan = row.text(9);
    one.created_at = row.instant(10);
    one.blob = {.key_id = row.uuid(7), .name = row.text(6), .digest = row.octets(8), .size = row.number(5)};
    all.push_back(std::move(one));
  }
  return all;
}

SealedSubmission submission_from(const store::Row& row) {
  SealedSubmission sealed;
  Submission& s = sealed.submission;
  s.at.party = {row.number(0)};
  s.at.id = instance_id(row, 1);
  s.at.app = {row.text(2), row.text(3)};
  s.at.state = State::sent;
  s.app_version = row.text(4);
  s.at.root = instance_id(row, 5);
  s.supplement = row.text(6) == "supplement";
  s.archive_reference = row.text(7);
  s.received_at = row.instant(8);
  s.committed_at = row.instant(9);
  sealed.key_id = row.uuid(10);
  sealed.content = row.octets(11);
  s.digest = row.octets(12);
  s.entry_id = row.uuid(13);
  sealed.sender_name = row.octets(14);
  s.party_uuid = {row.uuid(15)};
  s.party_name = row.text(16);
  s.deadline_at = row.maybe_instant(17);
  s.late = row.flag(18);
  s.open_count = row.number(19);
  return sealed;
}

std::vector<SealedSubmission> submissions_of_matter(store::Tx& tx, terms::PartyId party,
                                                    const terms::InstanceId& root) {
  std::vector<SealedSubmission> all;
  for (const auto& row : tx.query(
           fmt::format(
               "SELECT {} FROM submission WHERE party_id = ? AND root_id = ? ORDER BY kind, committed_at, instance_id",
               submission_columns),
           {party, root})) {
    all.push_back(submission_from(row));
    all.back().submission.attachments = attachments_of(tx, party, all.back().submission.at.id);
  }
  return all;
}

base::Result<Submission> open_submission(store::Vault& vault, SealedSubmission sealed, const store::Holder& holder) {
  ALTING_TRY(bytes, vault.open(sealed.key_id, sealed.content, holder));
  ALTING_TRY(sender, vault.open(sealed.key_id, sealed.sender_name, holder));
  ALTING_TRY(document, Json::parse(bytes, {.size = store::largest_document, .depth = 40, .values = 400'000}));
  sealed.submission.bytes = std::move(bytes);
  sealed.submission.document = std::move(document);
  sealed.submission.sender_name = std::move(sender);
  return std::move(sealed.submission);
}

Matter to_matter(const forms::App* app, std::vector<Submission> submissions) {
  Matter matter;
  for (const auto& submission : submissions) {
    if (submission.supplement) {
      auto changes = changes_from_json(submission.document["changes"]);
      // Additions once carried what is said of themselves among the changes; it never becomes part of the matter.
      std::erase_if(changes, [&](const forms::Change& change) {
        return app == nullptr || app->is_about_supplement(change.path);
      });
      if (app != nullptr) matter.data = app->merge(matter.data, changes);
    } else {
      matter.data = submission.document["data"];
    }
    matter.later = later_from_json(submission.document["later"]);
  }
  matter.submissions = std::move(submissions);
  return matter;
}

Json later_to_json(const std::vector<forms::Later>& later) {
  Json list = Json::array();
  for (const auto& one : later) {
    list.push_back(Json::object({{"path", one.path}, {"expected", one.expected}, {"automatic", one.automatic}}));
  }
  return list;
}

std::vector<forms::Later> later_from_json(const Json& json) {
  std::vector<forms::Later> later;
  if (!json.is_array()) return later;
  for (const auto& one : json.items()) {
    later.push_back(
        {std::string(one.text("path")), std::string(one.text("expected")), one["automatic"].bool_or(false)});
  }
  return later;
}

Json changes_to_json(const std::vector<forms::Change>& changes) {
  Json list = Json::array();
  for (const auto& change : changes) {
    list.push_back(Json::object({{"path", change.path}, {"before", change.before}, {"after", change.after}}));
  }
  return list;
}

std::vector<forms::Change> changes_from_json(const Json& json) {
  std::vector<forms::Change> changes;
  if (!json.is_array()) return changes;
  for (const auto& one : json.items()) changes.push_back({std::string(one.text("path")), one["before"], one["after"]});
  return changes;
}

}  // namespace alting::instances
