// The systems that an organisation has registered with the built-in token issuer, and the suppliers that it lets act for
// it, scope by scope: what one does at Maskinporten in Samarbeidsportalen and in Altinn. The issuer exists in test mode
// only, and so do these: in production add() and give() are `forbidden` (error.client.elsewhere), for there the
// organisation registers its clients with the issuers that the operator trusts.
//
// A client proves itself with a key that it registered, or, without one, with any enterprise certificate of its
// organisation. What is ended gives no token any more, and those it gave are refused from the next call on.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "base/json.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/jose.h"
#include "ledger/ledger.h"
#include "parties/parties.h"
#include "store/database.h"
#include "store/quota.h"
#include "terms/mode.h"
#include "terms/permit.h"

namespace alting::login {

inline constexpr std::size_t max_clients = 50;           // in force, of one organisation
inline constexpr std::size_t max_suppliers = 200;        // scopes given, of one organisation
inline constexpr std::size_t max_client_name = 100;      // code points
inline constexpr std::size_t max_client_key = 8 * 1024;  // octets of the key as it was handed in

struct NewClient {
  std::string name;                      // for people: which system it is
  std::optional<crypto::PublicKey> key;  // nothing: an enterprise certificate of the organisation
  std::vector<std::string> scopes;       // of known_scopes
};

struct Client {
  std::string client_id;
  std::string organisation;  // number
  std::string name;
  std::string kid;  // the key's thumbprint; "" when it proves itself with a certificate
  std::vector<std::string> scopes;
  base::Instant added_at;
  std::optional<base::Instant> used_at;  // when it last got a token
  std::optional<base::Instant> ended_at;
};

struct Supplier {
  std::string id;
  std::string organisation, name;  // the supplier's number, and what the register calls it
  std::string scope;
  base::Instant given_at;
  std::optional<base::Instant> ended_at;
};

// The word before the blank in what a one-time id is used for (store::was_done).
inline constexpr std::string_view client_added = "client.add", client_ended = "client.end",
                                  supplier_given = "supplier.give", supplier_ended = "supplier.end";

// Whether a private or secret key, as PEM, JWK or DER in base64, seems to stand in the text, be it cut off or among other
// things. Such a text is neither kept nor shown again; rather one too many than one too few.
[[nodiscard]] bool holds_private_key(std::string_view text);
// A public key as someone hands it in: a JWK, a JWK Set of one, or PEM. error.client.private_key for what holds a private
// one, error.client.key for what is none.
[[nodiscard]] base::Result<crypto::PublicKey> read_client_key(std::string_view text);
// What is wrong with its name and its scopes, each by itself: error.client.name, .scope.
[[nodiscard]] std::vector<base::Error> faults_of_client(const NewClient& client);

class Clients {
 public:
  virtual ~Clients() = default;
  // Whether clients are registered here at all: test mode.
  [[nodiscard]] virtual bool are_here() const = 0;

  // `read_delegations` or `delegate` on the party itself. Those in force first, then the newest first. None, when the
  // permit does not hold any more.
  [[nodiscard]] virtual std::vector<Client> list(const terms::Permit& permit) = 0;
  [[nodiscard]] virtual std::vector<Supplier> suppliers(const terms::Permit& permit) = 0;

  // `delegate` on the party itself, an organisation. error.client.name, .scope, .too_many; `conflict`
  // (error.client.same_key) when a client of it that is in force has this key, (error.client.ended_since) for a repeated
  // post of what was ended.
  [[nodiscard]] virtual base::Result<Client> add(const terms::Permit& permit, const NewClient& client, base::Instant at,
                                                 std::string_view post_id) = 0;
  // `not_found` for another organisation's, or one that was ended.
  [[nodiscard]] virtual base::Status end(const terms::Permit& permit, std::string_view client_id, base::Instant at,
                                         std::string_view post_id) = 0;
  // Lets another organisation's clients act for this one, with this scope. error.client.scope, .too_many; .no_supplier,
  // .supplier and .own_number for a number that is missing, not in the register, or its own; `conflict`
  // (error.client.ended_since) for a repeated post of what was taken back. What is given already stays, and is the answer.
  [[nodiscard]] virtual base::Result<Supplier> give(const terms::Permit& permit, std::string_view supplier,
                                                    std::string_view scope, base::Instant at,
                                                    std::string_view post_id) = 0;
  // All that is wrong with what is to be given, each by itself; the refusals of the permit too.
  [[nodiscard]] virtual std::vector<base::Error> faults_of_supplier(const terms::Permit& permit,
                                                                    std::string_view supplier, std::string_view scope,
                                                                    base::Instant at) = 0;
  // What the supplier subscribed to for the organisation ends with it (ClientsParts::end_subscriptions).
  [[nodiscard]] virtual base::Status take_back(const terms::Permit& permit, std::string_view id, base::Instant at,
                                               std::string_view post_id) = 0;

  // By an operator's command, for an organisation by its number: nobody's permit, and the log says that the program did
  // it. error.client.organisation for one that is not in the register.
  [[nodiscard]] virtual base::Result<Client> add_by_operator(std::string_view organisation, const NewClient& client,
                                                             base::Instant at) = 0;
  [[nodiscard]] virtual base::Result<Supplier> give_by_operator(std::string_view consumer, std::string_view supplier,
                                                                std::string_view scope, base::Instant at) = 0;
  [[nodiscard]] virtual base::Status end_by_operator(std::string_view client_id, base::Instant at) = 0;

  // For the issuer. What a client is, when it is in force.
  struct Registered {
    Client client;
    std::optional<crypto::PublicKey> key;
  };
  [[nodiscard]] virtual std::optional<Registered> find(std::string_view client_id) = 0;
  // Whether this client may act with these scopes, for this consumer if it is another's.
  [[nodiscard]] virtual bool in_force(std::string_view client_id, std::string_view consumer,
                                      const std::vector<std::string>& scopes) = 0;
  // Whether this consumer has taken back from the supplier what it needs to subscribe, as the transaction sees it. Of a
  // supplier that nothing was given to here, another issuer knows: false.
  [[nodiscard]] virtual bool was_taken_back(store::Tx& tx, std::string_view consumer, std::string_view supplier) = 0;
  // Whether an assertion was not used before (RFC 7523 section 3, `jti`): of two that come with the same, in whatever
  // process, one is the first. Notes that the client was used. Remembered for an hour.
  [[nodiscard]] virtual bool use_once(std::string_view client_id, std::string_view jti, base::Instant at) = 0;
};

struct ClientsParts {
  store::Database& database;
  ledger::Ledger& ledger;
  access::Decider& decider;
  parties::Parties& parties;
  terms::Mode mode;
  base::Random& random;
  store::Quotas quotas;
  // Ends what a supplier subscribed to for the permit's organisation: made ready when it is called, and done in the
  // transaction that what it answers is called in.
  using Ending = std::function<base::Status(store::Tx& tx)>;
  std::function<Ending(const terms::Permit& permit, std::string_view supplier, base::Instant at)> end_subscriptions =
      {};
};
// What `parts` refers to must outlive it.
[[nodiscard]] std::unique_ptr<Clients> make_clients(ClientsParts parts);

}  // namespace alting::login
