// The agency's side: only what was sent. Each reading is an entry in the log before anything is handed out.
//
// Nothing here can name a draft: these files include no draft.h, however far away, and their SQL names no table with
// drafts in it (script/lib/agency_sees_no_draft.py). Each transaction begins by deciding again (instances/agency_database.h).
//
// Errors: `not_found` for what was not sent, or to another agency; else the Decider's refusal.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "forms/catalogue.h"
#include "instances/agency_database.h"
#include "instances/agency_machine.h"
#include "instances/submission.h"
#include "terms/permit.h"

namespace alting::instances {

struct AgencyQuery {
  std::optional<std::string> app;
  std::string search;              // party name or reference; at most 200 octets are looked at
  std::string order = "deadline";  // "deadline", "received"
  std::string after;
  int limit = 50;  // 1 to 200
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
  bool high_risk = false;                                    // it, or an addition, must be looked at at once
  bool unopened = false;                                     // nobody of the agency has opened it, or an addition, yet
  std::vector<std::pair<std::string, std::string>> columns;  // label, in words
};

struct AgencyPage {
  std::vector<AgencySummary> rows;
  std::string next;  // "" when there is no more
  std::int64_t total = 0;
};

// What is known of an attachment, and the right to read it once: the entry in the log comes before both.
class AgencyReading {
 public:
  [[nodiscard]] const Attachment& attachment() const { return attachment_; }

 private:
  friend class Agency;
  AgencyReading(Attachment attachment, std::string org) : attachment_(std::move(attachment)), org_(std::move(org)) {}
  Attachment attachment_;
  std::string org_;
};

class Agency {
 public:
  struct Needs {
    store::Database& database;
    store::Vault& vault;
    ledger::Ledger& ledger;
    access::Decider& decider;
    const forms::AppCatalogue& apps;
    store::Quotas quotas;
  };
  explicit Agency(const Needs& needs);

  // The permit to read what a party sent to this agency.
  [[nodiscard]] base::Result<terms::Permit> allow(const terms::Actor& actor, std::string_view org, terms::PartyId party,
                                                  const terms::InstanceId& id);
  [[nodiscard]] base::Result<AgencyPage> list(const terms::Scope& scope, const AgencyQuery& query,
                                              base::Language language, base::Instant received);
  [[nodiscard]] base::Result<Matter> open(const terms::Permit& permit, base::Instant received);
  [[nodiscard]] base::Result<Submission> open_submission(const terms::Permit& permit, base::Instant received);
  [[nodiscard]] base::Result<AgencyReading> open_attachment(const terms::Permit& permit,
                                                            const terms::DataElementId& element,
                                                            base::Instant received);
  [[nodiscard]] base::Status read_attachment(const AgencyReading& reading,
                                             const std::function<void(base::ByteView)>& take);

  // For the agency's own systems (agency_machine.cpp).
  // The permit for one that was sent, of a system whose call names no agency: to read it (Action::agency_read), or to
  // confirm it (Action::agency_confirm). `not_found` for what was sent to another, `forbidden` (error.token.scope) when
  // its token has not the scope.
  [[nodiscard]] base::Result<terms::Permit> allow_system(const terms::Actor& actor, terms::PartyId party,
                                                         const terms::InstanceId& id,
                                                         terms::Action action = terms::Action::agency_read);
  // `scope`: Decider::agency_scope(). One entry in the log, as list().
  [[nodiscard]] base::Result<SentPage> list_for_system(const terms::Scope& scope, const StorageQuery& query,
                                                       base::Instant received);
  // One of them; an entry that its sender sees.
  [[nodiscard]] base::Result<SentInstance> describe(const terms::Permit& permit, base::Instant received);
  // The agency's system has fetched it. `permit`: Action::agency_confirm. Answers it as it is then; a second time
  // changes nothing and is no entry.
  [[nodiscard]] base::Result<SentInstance> confirm(const terms::Permit& permit, base::Instant at);

 private:
  AgencyDatabase database_;
  access::Decider& decider_;
  store::Vault& vault_;
  const forms::AppCatalogue& apps_;
};

}  // namespace alting::instances
