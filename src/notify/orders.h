// Orders of notices: who is to be told of what, with which template, on which channel and when. Nothing of an address
// stands in one: addresses are read when it is sent (deliverer.h), and of each that was used its masked text is kept, and
// for some days a keyed hash that finds it again.
//
//   ordered -> queued -> handed_over | failed | no_address | reserved | cancelled | merged
//
// An order that comes while its recipient was told of the same class a moment ago waits, and those that wait together
// become one notice. Handed over means that a server took it, and never that anybody read it.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "base/result.h"
#include "base/time.h"
#include "notify/templates.h"
#include "store/database.h"
#include "terms/ids.h"
#include "terms/permit.h"

namespace alting::notify {

// There is no carrier of SMS yet: what is ordered by SMS alone fails, and as the second choice it is passed over.
enum class Channel : std::uint8_t { email, sms, email_preferred, sms_preferred };
[[nodiscard]] std::string_view to_text(Channel channel);

struct NewOrder {
  std::string template_name;                  // "message": templates/message.N.toml, the newest version
  terms::PartyId recipient;                   // a person, an organisation or a sub-unit
  std::optional<terms::AppId> service = {};   // what it is about; "agency_" templates: of which agency and service
  bool confidential = false;                  // personal addresses count only for who may read even that
  std::map<std::string, std::string> fields;  // checked against the template's: no personal data, no link
  std::string cause;                          // "message:<id>": shown to the recipient as why
  std::string duplicate_key = {};             // a second order of it to the same recipient is none; "": none is one
  base::Instant due;
  Channel channel = Channel::email_preferred;
  bool ignore_reservation = false;
  std::string override_reason =
      {};  // asked for then. It is read again, where `cause` leads, for the log: no row has it
  base::Language language = base::Language::nb;  // unless the recipient has chosen one in the register
};

enum class NoticeStep : std::uint8_t {
  ordered,      // waits for its time, or for others that it may go with
  queued,       // addresses are known, and it is being tried
  handed_over,  // a server has taken it
  failed,       // no address took it (NoticeState::reason)
  no_address,
  reserved,   // the person has said no to digital communication
  cancelled,  // not needed any more
};
[[nodiscard]] std::string_view to_text(NoticeStep step);

// What an order waits for that is not being sent this moment.
enum class NoticeWait : std::uint8_t {
  none,
  time,       // for its own
  others,     // its recipient was told a moment ago, or of much in this hour: it goes together with others
  registers,  // none answered
  relay,      // it was put off, or was not there
};

// For who sends: no address, and nothing of who it is.
struct NoticeState {
  NoticeStep step = NoticeStep::ordered;
  // Of failed: "refused", "bounced", "expired" (four days), "shared" (others use the address too), "no_sms", "register"
  // (no answer for four days). Of cancelled: "opened", "gone", "asked", "restricted". Else "".
  std::string reason = {};
  std::string channel = {};           // "email", "sms"; "" before an address is known
  base::Instant at;                   // of the last step
  std::string code = {}, words = {};  // the carrier's: "2.0.0", "Ok: queued"
  bool may_have_gone_twice = false;   // the connection was lost when it had been said, and it was sent once more
  std::int64_t together = 1;          // so many orders went as one notice
  NoticeWait waits = NoticeWait::none;
  std::optional<base::Instant> next = {};  // when it is looked at again, where it waits
};

// What became of a notice at one address.
enum class AttemptOutcome : std::uint8_t {
  waiting,     // not sent yet, or to be tried again
  sending,     // being handed over, or that was cut off
  accepted,    // a server has taken it
  refused,     // for good
  bounced,     // taken, and came back
  expired,     // tried for four days
  withdrawn,   // the address is not the recipient's any more, or they may not read that any more
  no_address,  // there was none; then nothing was sent, as with the next
  reserved,
};
[[nodiscard]] std::string_view to_text(AttemptOutcome outcome);
[[nodiscard]] AttemptOutcome outcome_from(std::string_view text);

// For who was told, or was to be: one line for each address.
struct NoticeLine {
  std::string id;  // of the attempt
  std::string template_name;
  std::string cause;  // "message:<id>", "instance:<id>", "code:<id>"
  std::optional<terms::AppId> service;
  bool confidential = false;
  terms::PartyId recipient;  // for whom it was: oneself, or the organisation that one acts for
  std::string channel;       // "email", "sms"
  std::string source;        // where the address is from: "krr", "enhetsregisteret", "own"; "" without one
  std::string masked;        // "k***@d***.no"; "" without one
  std::optional<base::Instant> confirmed_at;  // when the address was confirmed last, as the register said then
  base::Instant at;                           // when it was sent, or was to be
  AttemptOutcome outcome = AttemptOutcome::waiting;
  std::string code, words;
  bool may_have_gone_twice = false;
  std::int64_t together = 1;
};
struct NoticePage {
  std::vector<NoticeLine> rows;  // newest first
  std::string next;              // for `after`; "" when there are no more
};

class Orders {
 public:
  // All must outlive it.
  Orders(store::Database& database, const base::Clock& clock) : database_(database), clock_(clock) {}

  // Inside the transaction of who orders. `id`: a UUID; the same one twice, or the same duplicate_key, is one order.
  // Errors: `invalid` (notify.error.template, .field, .cause, .override).
  [[nodiscard]] base::Status place(store::Tx& tx, const NewOrder& order, std::string_view id) const;
  // Of no effect on what a server has taken. `why`: "opened", "gone", "asked".
  [[nodiscard]] base::Status cancel(store::Tx& tx, std::string_view id, std::string_view why) const;

  // For senders, by what they were ordered for; the causes are of rows that the caller had a permit for. One that nothing
  // was ordered for is not in the answer.
  [[nodiscard]] std::map<std::string, NoticeState> states(const std::vector<std::string>& causes);
  // What went to one's own addresses, or was to go there, for oneself and for organisations one acts for.
  [[nodiscard]] NoticePage notices_of(const terms::Actor& actor, std::string_view after = {}, int limit = 50);
  // What went to an organisation's addresses, personal ones aside; any permit for the party itself.
  [[nodiscard]] NoticePage notices_of(const terms::Permit& permit, std::string_view after = {}, int limit = 50);

 private:
  [[nodiscard]] NoticePage seen_by(terms::PartyId party, std::string_view after, int limit);
  store::Database& database_;
  const base::Clock& clock_;
};

}  // namespace alting::notify
