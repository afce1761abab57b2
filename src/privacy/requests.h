// What somebody asks of a controller about their data: erasure, restriction, an objection, or something else
// (personvernforordningen art. 12, 16 to 18, 21). What nobody has to judge is done at once, and is no request; what somebody must
// judge is a row with a clock, answered by that controller's people.
//
// The clock: the earlier of 30 days and one month is ours, and what the page promises; the law's day is one month (art.
// 12 no. 3), moved on to the next working day where it is none.
//
// The words are sealed for the party and for the controller. A request is the party's: who manages its access asks, sees
// and withdraws; the controller's staff sees those to it, and answers each once.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "forms/catalogue.h"
#include "ledger/ledger.h"
#include "parties/parties.h"
#include "store/database.h"
#include "store/holds.h"
#include "store/job.h"
#include "store/quota.h"
#include "store/vault.h"
#include "terms/permit.h"

// Named only: an agency's pages include this, and see nothing that knows what a draft is.
namespace alting::inbox {
class Messages;
}
namespace alting::instances {
class InstancePermits;
}

namespace alting::privacy {

using RequestId = terms::UuidId<struct RightsRequestIdTag>;

enum class RequestKind : std::uint8_t { erasure, restriction, objection, other };
enum class RequestState : std::uint8_t { received, granted, refused, withdrawn };
[[nodiscard]] std::string_view to_text(RequestKind kind);  // "erasure": part of text ids, "rights.kind.CODE"
[[nodiscard]] std::optional<RequestKind> request_kind_from(std::string_view code);
[[nodiscard]] std::string_view to_text(RequestState state);  // "received", ...

// Who runs the portal, as a controller; else it is the code of an agency, "dat".
inline constexpr std::string_view controller_operator = "operator";

// Why, as a code with a text, "rights.refused.CODE": of who refuses.
inline constexpr std::array<std::string_view, 7> refusal_codes{
    "law_requires", "not_controller", "unfounded", "excessive", "others_rights", "secrecy", "already_done"};
// What it is about: all that is the party's with this controller, one form or one message.
struct RequestTarget {
  enum class Kind : std::uint8_t { all, instance, message } kind = Kind::all;
  std::string item = {};  // the id of the form or message; "" for all
};

inline constexpr std::size_t longest_words = 2'000;  // characters
inline constexpr std::int64_t most_open = 20;        // requests of one party that are not answered
inline constexpr std::int64_t most_a_day = 20;       // of one person, for whichever party, in 24 hours
inline constexpr std::int64_t requests_in_page = 50;
inline constexpr std::string_view rights_asked = "rights.ask", rights_withdrawn = "rights.withdraw",
                                  rights_answered = "rights.answer";  // what one-time ids are used for

struct NewRequest {
  RequestKind kind = RequestKind::other;
  std::string controller;  // controller_operator or an agency's code, of a service that there is
  RequestTarget target = {};
  std::string ground = {};  // of access::restriction_grounds; of a restriction alone
  std::string words = {};   // what the person writes; "" but for `other`
};

struct RightsRequest {
  RequestId id;
  terms::PartyId party;
  RequestKind kind = RequestKind::other;
  std::string controller;
  RequestTarget target;
  std::string ground;
  std::string words;  // "" also where its key is gone
  base::Instant asked_at;
  base::Instant due_at;      // ours
  base::Instant law_due_at;  // the law's, never earlier
  RequestState state = RequestState::received;
  std::string refusal;  // of refusal_codes, of a refused one
  std::string answer;   // the controller's words; ""
  std::optional<base::Instant> answered_at;
  std::string answered_by;  // who answered, for the controller's people; the page of the party names the controller
};
// Of the party, for the controller's people.
struct ControllersRequest : RightsRequest {
  std::string party_name;
  terms::PartyUuid party_uuid;
};

// Of a controller's: what waits, by its due day; what was answered and what was taken back, the newest first.
enum class RequestList : std::uint8_t { waiting, answered, withdrawn };
struct RequestPage {
  std::vector<ControllersRequest> rows;
  std::string next;  // for `after`; "" when there are no more
};

struct RequestAnswer {
  bool granted = false;
  std::string refusal = {};  // of refusal_codes, when it is not granted
  std::string words = {};    // to the one who asked
};

// When a request that came then is to be answered: ours, and the law's.
struct DueTimes {
  base::Instant ours, laws;
};
[[nodiscard]] DueTimes due_times(base::Instant asked);

class Requests {
 public:
  struct Needs {
    store::Database& database;
    store::Vault& vault;
    ledger::Ledger& ledger;
    access::Decider& decider;
    parties::Parties& parties;
    const base::Clock& clock;
    base::Random& random;
    store::Quotas quotas;
    const forms::AppCatalogue& apps;      // an agency is one that has an app
    instances::InstancePermits& permits;  // a form is one that the asker may read
    inbox::Messages& messages;
  };
  explicit Requests(Needs needs) : with_(std::move(needs)) {}

  // `permit`: Action::delegate on the party, of the party's own people. `conflict` when the same is asked for and not
  // answered (error.rights.open): of the same kind about the same, and of questions (`other`) in the same words; `too_many`
  // with most_open (error.rights.too_many, "count") and with most_a_day (error.rights.too_many_today), `invalid` for another
  // controller, ground or item, for words that are too long or missing.
  [[nodiscard]] base::Result<RequestId> ask(const terms::Permit& permit, const NewRequest& request, base::Instant at,
                                            std::string_view post_id);
  // `conflict` (error.rights.answered) when it is answered or withdrawn already.
  [[nodiscard]] base::Status withdraw(const terms::Permit& permit, const RequestId& id, base::Instant at,
                                      std::string_view post_id);
  // The newest first, at most 200.
  [[nodiscard]] std::vector<RightsRequest> mine(const terms::Permit& permit);
  [[nodiscard]] base::Result<RightsRequest> find(const terms::Permit& permit, const RequestId& id);

  // Those to the agency of `scope` (Decider::agency_scope), requests_in_page at once.
  [[nodiscard]] RequestPage of_controller(const terms::Scope& scope, RequestList list, std::string_view after = {});
  [[nodiscard]] base::Result<ControllersRequest> find(const terms::Scope& scope, const RequestId& id);
  // `also` runs in the same transaction, after the state is written: what the answer does. An entry in the log tells the
  // party. `invalid` (error.rights.refusal) when it is refused without a reason.
  [[nodiscard]] base::Status answer(const terms::Scope& scope, const RequestId& id, const RequestAnswer& answer,
                                    base::Instant at, std::string_view post_id,
                                    const std::function<base::Status(store::Tx&)>& also = {});

  // The same for who runs the portal, by a command on its machine; `by` is who does it.
  [[nodiscard]] RequestPage of_operator(RequestList list, std::string_view after = {});
  [[nodiscard]] std::optional<ControllersRequest> find_as_operator(const RequestId& id);
  [[nodiscard]] base::Status answer_as_operator(const RequestId& id, const RequestAnswer& answer, std::string_view by,
                                                base::Instant at,
                                                const std::function<base::Status(store::Tx&)>& also = {});

  // Those whose rule has ended: their keys, then their rows; some at a time. How many.
  std::int64_t end_answered(const store::HoldsNow& holds);
  // The job that does it.
  [[nodiscard]] store::Job ending(store::HoldsNow holds);

 private:
  struct Row;
  [[nodiscard]] base::Status check(const terms::Permit& permit, const NewRequest& request);
  [[nodiscard]] bool is_asked_already(const terms::Permit& permit, const NewRequest& question);
  [[nodiscard]] std::vector<Row> rows(std::string_view condition, std::initializer_list<store::Value> values);
  [[nodiscard]] std::optional<Row> row(const RequestId& id);
  [[nodiscard]] RightsRequest opened(const Row& row, const store::Holder& holder);
  [[nodiscard]] RequestPage to_controller(std::string_view controller, RequestList list, std::string_view after);
  [[nodiscard]] ControllersRequest opened_for_controller(const Row& row);
  struct Deed {  // an answer on its way
    RequestId id;
    const RequestAnswer& answer;
    std::string by;
    base::Bytes sealed;
    ledger::PreparedEntry entry;
    base::Instant at;
    const std::function<base::Status(store::Tx&)>& also;
  };
  [[nodiscard]] base::Result<Deed> begin_answer(const Row& row, const RequestAnswer& answer, ledger::NewEntry entry,
                                                std::string by, base::Instant at,
                                                const std::function<base::Status(store::Tx&)>& also);
  [[nodiscard]] base::Result<std::string> settle(store::Tx& tx, const Deed& deed);
  Needs with_;
};

}  // namespace alting::privacy
