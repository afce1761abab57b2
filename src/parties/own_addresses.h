// The addresses that an organisation adds here itself, and the codes that prove them. Used by this room only; what each
// function promises stands in contact_points.h.
//
// A code is made of its row's id and a key outside the database (NumberVault), so that no row holds it and a message that
// is delivered twice says the same.
#pragma once
#include "parties/contact_points.h"

namespace alting::parties {

class OwnAddresses {
 public:
  explicit OwnAddresses(ContactPointsParts parts) : with_(std::move(parts)) {}

  [[nodiscard]] base::Result<std::vector<OwnAddress>> list(const terms::Permit& permit);
  [[nodiscard]] base::Result<std::string> add(const terms::Permit& permit, const NewOwnAddress& given, base::Instant at,
                                              std::string_view post_id);
  [[nodiscard]] base::Status ask_code(const terms::Permit& permit, std::string_view id, base::Language language,
                                      base::Instant at, std::string_view post_id);
  [[nodiscard]] base::Status verify(const terms::Permit& permit, std::string_view id, std::string_view code,
                                    base::Instant at, std::string_view post_id);
  [[nodiscard]] base::Status set_services(const terms::Permit& permit, std::string_view id,
                                          const std::vector<terms::AppId>& services, base::Instant at,
                                          std::string_view post_id);
  [[nodiscard]] base::Status remove(const terms::Permit& permit, std::string_view id, base::Instant at,
                                    std::string_view post_id);
  [[nodiscard]] std::optional<CodeToSend> code_to_send(std::string_view code_id);
  [[nodiscard]] std::vector<OwnAddress> for_sending(terms::PartyId organisation, const terms::AppId& service);
  [[nodiscard]] std::vector<OwnAddress> verified(terms::PartyId organisation);
  [[nodiscard]] std::vector<terms::PartyId> with_email(terms::PartyId after, int limit);
  [[nodiscard]] std::int64_t forget_unverified(const store::HoldsNow& holds);

 private:
  [[nodiscard]] base::Result<OwnAddress> reach(const terms::Permit& permit, std::string_view id);
  [[nodiscard]] std::string code_of(std::string_view code_id) const;
  [[nodiscard]] base::Status begin_code(store::Tx& tx, const terms::Permit& permit, std::string_view address,
                                        std::string_view value, base::Language language, base::Instant at);
  template <class Work>
  [[nodiscard]] base::Result<std::string> write(const terms::Permit& permit, std::string_view post_id,
                                                const std::string& act, base::Instant at, Work&& work);
  [[nodiscard]] ledger::PreparedEntry prepare(ledger::EventKind kind, const terms::Permit& permit, base::Instant at,
                                              const OwnAddress& address);
  ContactPointsParts with_;
};

}  // namespace alting::parties
