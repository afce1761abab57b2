// One form's life: draft, data, attachments, submission, supplement, archive.
//
// A Draft and a Submission are different types. The agency's functions take only what makes a Submission, and no query
// here that an agency's Scope reaches names the draft table. A draft is sealed for its party alone; on sending, its
// exact bytes are frozen, sealed for the party and the agency, and hashed into the ledger entry of the same
// transaction.
//
// Errors: `not_found` for what does not exist or is another party's; `conflict` when the instance is in another state;
// `unprocessable` when what is to be sent has faults (they come back as issues).
#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "base/json.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "forms/forms.h"
#include "instances/scanner.h"
#include "instances/upload_slots.h"
#include "ledger/ledger.h"
#include "paper/file_inspector.h"
#include "parties/parties.h"
#include "store/database.h"
#include "store/quota.h"
#include "store/vault.h"
#include "terms/permit.h"

namespace alting::instances {

enum class State : std::uint8_t { draft, sent, archived, deleted };
[[nodiscard]] std::string_view to_text(State state);

// Where an instance is; says nothing of what is in it. What a route needs to ask for a permit.
struct Location {
  terms::PartyId party;
  terms::InstanceId id;
  terms::AppId app;
  State state = State::draft;
  std::optional<terms::InstanceId> parent;
  terms::InstanceId root;
  [[nodiscard]] access::Target target() const;  // with the task its state is in
};

struct Attachment {
  terms::DataElementId id;
  std::string data_type, file_name, tag, media_type;
  std::int64_t size = 0;
  base::Bytes digest;
  std::string scan;  // "clean", "unscanned" (no scanner is set up: test mode only)
  base::Instant created_at;
  store::Blob blob;
};

// What came in to become an attachment.
struct NewAttachment {
  std::string data_type, tag, file_name;
  std::filesystem::path file;
  std::int64_t size = 0;
  StillWanted still_wanted;  // looking at it ends when the asker has gone
};

// The most octets of one file that the portal takes, whatever a form says.
inline constexpr std::int64_t largest_upload = 32 * 1024 * 1024;
// Of one person at once.
inline constexpr int uploads_at_once = 2;

// A row of a form that was taken away a moment ago.
struct RemovedRow {
  forms::Path group;
  std::size_t index = 0;
  base::Json row;
  std::vector<forms::Later> later;
  std::map<std::string, std::string> rejected;
  base::Instant at;
};

// Under work. Only its party's people ever hold one.
struct Draft {
  Location at;
  std::int64_t stored_version = 0;
  // Grows with every save, with every file that comes or goes, and with every addition that is sent to the same matter:
  // what was shown under one version is what is sent under it.
  std::int64_t version = 0;
  base::Json data = base::Json::object();
  std::vector<forms::Later> later;
  std::map<std::string, std::string> sources;   // path -> "ER", "DSF", "UserProfile"
  std::map<std::string, std::string> rejected;  // typed text that does not fit its field yet
  std::optional<RemovedRow> removed;            // can be had back
  base::Json base = base::Json::object();       // supplement: the effective data it started from
  std::vector<forms::Later> base_later;
  base::Instant saved_at;
  std::string saved_by;
  bool saved_by_me = true;
  std::vector<Attachment> attachments;
};

// Sent: immutable.
struct Submission {
  Location at;
  bool supplement = false;
  std::string app_version;
  std::string archive_reference;
  base::Instant received_at, committed_at;
  base::Bytes digest;   // SHA-256 of `bytes`
  std::string bytes;    // the document as sent: JSON, see docs/submission-format.md
  base::Json document;  // the same, read
  base::Uuid entry_id;
  std::string sender_name;
  terms::PartyUuid party_uuid;
  std::string party_name;
  std::optional<base::Instant> deadline_at;
  bool late = false;
  std::int64_t open_count = 0;
  std::vector<Attachment> attachments;
};

// A notice and its additions, oldest first, and what they say together.
struct Matter {
  std::vector<Submission> submissions;
  base::Json data = base::Json::object();
  std::vector<forms::Later> later;  // still promised
};

struct SaveOutcome {
  Draft draft;
  std::vector<forms::Path> changed;  // by this save
  std::vector<forms::Path> theirs;   // changed by someone else since this page was made
  struct Conflict {
    forms::Path path;
    std::string mine, theirs;  // as text
    // As it was posted, named by the rows as they are now; empty when there is no field any more to put it in.
    std::vector<std::pair<std::string, std::string>> fields = {};
    std::string seen = {}, stored = {};  // fingerprints: of what the page showed, and of what is there now
    bool mine_later = false;             // "comes later", instead of a text
  };
  std::vector<Conflict> conflicts;
  std::vector<forms::Issue> issues;  // of what was typed
  std::vector<std::string> warnings_for;
  bool stopped = false;  // a stop of the form holds: nothing was stored
};

struct Sent {
  Submission submission;
  std::optional<ledger::Receipt> receipt;  // nothing: the proof follows at the receipt's address
};

struct SubmitRefusal {
  std::vector<forms::Issue> issues;
};

// A row of the inbox and of pick lists.
struct Summary {
  Location at;
  terms::PartyUuid party_uuid;
  std::string party_name;
  std::string caption;  // first words of the declared summary field
  base::Instant changed_at;
  std::string archive_reference;  // sent ones
  std::optional<base::Instant> received_at, deadline_at;
  bool late = false;
  std::int64_t open_count = 0;
  std::int64_t additions = 0;
};

struct AgencySummary {
  Location at;
  terms::PartyUuid party_uuid;
  std::string party_name, archive_reference;
  base::Instant received_at;
  std::optional<base::Instant> deadline_at;
  bool late = false;
  std::int64_t open_count = 0;
  std::int64_t additions = 0;
  std::optional<base::Instant> latest_addition;
  std::vector<std::pair<std::string, std::string>> columns;  // label, in words
};

struct Environment {
  store::Database& database;
  store::Vault& vault;
  ledger::Ledger& ledger;
  access::Decider& decider;
  parties::Parties& parties;
  const forms::AppCatalogue& apps;
  Scanner& scanner;
  paper::FileInspector& inspector;
  const base::Clock& clock;
  base::Random& random;
  store::Quotas quotas = {};
};

// What one-time ids of this room are used for (store::was_done).
inline constexpr std::string_view draft_created = "draft.create", draft_discarded = "draft.discard",
                                  draft_sent = "draft.send";

class Instances {
 public:
  explicit Instances(Environment environment) : env_(environment) {}

  [[nodiscard]] base::Result<Location> locate(terms::PartyId party, const terms::InstanceId& id);

  // Begins a draft, prefilled; with `adds_to`, an addition to that sent notice. Repeating `post_id` gives the same
  // instance.
  [[nodiscard]] base::Result<terms::InstanceId> create(const terms::Permit& permit, const terms::AppId& app,
                                                       const std::optional<terms::InstanceId>& adds_to,
                                                       base::Language language, std::string_view post_id);
  [[nodiscard]] base::Result<Draft> open_draft(const terms::Permit& permit);
  // Stores what one page posted. `seen` maps paths to Fingerprints::at() of what the page showed: a field that was not
  // touched is left as it is now, a field that two people changed is a conflict and keeps what is stored. So is one
  // that may no longer be changed, or stood in a row that is gone; rows that have moved are followed. The field
  // "restore-row" brings the row back that was removed last, for ten minutes.
  [[nodiscard]] base::Result<SaveOutcome> save(const terms::Permit& permit,
                                               const std::vector<std::pair<std::string, std::string>>& fields,
                                               const std::map<std::string, std::string>& seen, base::Language language);
  // Looks at the file, scans it, seals it. What is refused leaves nothing behind.
  [[nodiscard]] base::Result<Attachment> attach(const terms::Permit& permit, const NewAttachment& file);
  [[nodiscard]] base::Status detach(const terms::Permit& permit, const terms::DataElementId& element);
  [[nodiscard]] base::Status discard(const terms::Permit& permit, base::Instant received, std::string_view post_id);
  // Sends: submission, ledger entry and outbox event in one transaction. `issues` of the refusal say what is missing.
  [[nodiscard]] base::Result<std::variant<Sent, SubmitRefusal>> submit(const terms::Permit& permit,
                                                                       base::Language language, base::Instant received,
                                                                       std::int64_t version, std::string_view post_id);
  [[nodiscard]] base::Status archive(const terms::Permit& permit, bool archived, base::Instant received);

  [[nodiscard]] base::Result<Submission> open_sent(const terms::Permit& permit);
  [[nodiscard]] base::Result<Matter> matter(const terms::Permit& permit);
  [[nodiscard]] base::Status read_attachment(const terms::Permit& permit, const Attachment& attachment,
                                             const std::function<void(base::ByteView)>& take);
  [[nodiscard]] base::Result<Attachment> find_attachment(const terms::Permit& permit,
                                                         const terms::DataElementId& element);
  // Sent notices of the party that can be added to: what the pick list shows.
  [[nodiscard]] std::vector<Summary> earlier(const terms::Permit& permit, const terms::AppId& app);

  // The agency's side: only what was sent. Each reading is an entry in the log before anything is handed out.
  struct AgencyQuery {
    std::optional<std::string> app;
    std::string search;              // party name or reference
    std::string order = "deadline";  // "deadline", "received"
    std::string after;
    int limit = 50;
  };
  struct AgencyPage {
    std::vector<AgencySummary> rows;
    std::string next;
    std::int64_t total = 0;
  };
  [[nodiscard]] base::Result<AgencyPage> agency_list(const terms::Scope& scope, const AgencyQuery& query,
                                                     base::Language language, base::Instant received);
  [[nodiscard]] base::Result<Matter> agency_open(const terms::Permit& permit, base::Instant received);
  [[nodiscard]] base::Result<Submission> agency_submission(const terms::Permit& permit, base::Instant received);
  // What is known of an attachment, and the right to read it once: the entry in the log comes before both.
  class AgencyReading {
   public:
    [[nodiscard]] const Attachment& attachment() const { return attachment_; }

   private:
    friend class Instances;
    AgencyReading(Attachment attachment, std::string org) : attachment_(std::move(attachment)), org_(std::move(org)) {}
    Attachment attachment_;
    std::string org_;
  };
  [[nodiscard]] base::Result<AgencyReading> agency_attachment(const terms::Permit& permit,
                                                              const terms::DataElementId& element,
                                                              base::Instant received);
  [[nodiscard]] base::Status agency_read_attachment(const AgencyReading& reading,
                                                    const std::function<void(base::ByteView)>& take);

  // What the form engine may see of a draft.
  [[nodiscard]] forms::Surroundings surroundings(const Draft& draft, base::Language language, base::Instant now) const;
  [[nodiscard]] forms::Surroundings surroundings(const Matter& matter, const forms::App& app, base::Language language,
                                                 base::Instant now) const;

  // Erases, or shares, the keys that a message of the outbox names (topics.h); may be repeated. Throws while it cannot
  // be done.
  void erase_keys(std::string_view payload);
  void share_keys(std::string_view payload);
  // A job: the keys of drafts that were sent before their keys were erased on sending (docs/operator.md). Answers how
  // many were given up for erasure, `most` or some more.
  std::int64_t retire_draft_keys(std::int64_t most = std::numeric_limits<std::int64_t>::max());

 private:
  void emit_key_erasure(store::Tx& tx, const std::vector<base::Uuid>& keys, const terms::InstanceId& instance);
  void erase_at_once(const std::vector<base::Uuid>& keys);
  void emit_key_sharing(store::Tx& tx, const std::vector<base::Uuid>& keys, const Location& at);
  void share_at_once(const std::vector<base::Uuid>& keys, const Location& at);
  [[nodiscard]] base::Result<Attachment> seal_attachment(const terms::Permit& permit, const NewAttachment& file);
  Environment env_;
  UploadSlots uploads_{uploads_at_once};
};

// A short fingerprint of a field's value as a page showed it (not a secret; collisions only lose the notice of a
// conflict).
[[nodiscard]] std::string fingerprint(const base::Json* value);
// Of the value at a path; of "list[]", how many rows the list has.
[[nodiscard]] std::string fingerprint_at(const base::Json& data, std::string_view path);
// Of a field as it stands: its answer, or where it has none what was promised instead (nullptr: nothing was).
[[nodiscard]] std::string fingerprint(const base::Json* value, const forms::Later* promised);
[[nodiscard]] bool is_of_promise(std::string_view print);
// The same at every path of a draft, whose answers and promises are borrowed.
class Fingerprints {
 public:
  Fingerprints(const base::Json& data, const std::vector<forms::Later>& later);
  [[nodiscard]] std::string at(std::string_view path) const;

 private:
  const base::Json& data_;
  std::map<std::string, const forms::Later*, std::less<>> later_;
};

// Of what a page says it showed, the paths that a page of this form can show, each written in one way: a fingerprint is
// work, and whoever posts chooses the names.
[[nodiscard]] std::map<std::string, std::string> seen_of_form(const forms::App& app,
                                                              const std::map<std::string, std::string>& seen);

[[nodiscard]] store::Holder party_holder(terms::PartyId party);
[[nodiscard]] store::Holder agency_holder(std::string_view org);

}  // namespace alting::instances
