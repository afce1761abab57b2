// Strong ids: one type each, so that a party's number cannot be passed where an instance's is wanted.
#pragma once
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/uuid.h"

namespace alting::terms {

template <class Tag>
struct UuidId {
  base::Uuid uuid;
  auto operator<=>(const UuidId&) const = default;
  [[nodiscard]] std::string text() const { return uuid.text(); }
  [[nodiscard]] bool is_nil() const { return uuid.is_nil(); }
  [[nodiscard]] static std::optional<UuidId> parse(std::string_view text) {
    auto uuid = base::Uuid::parse(text);
    if (!uuid) return std::nullopt;
    return UuidId{*uuid};
  }
};

// A party's number: positive, 31 bits, never reused (Altinn's interfaces carry it).
struct PartyId {
  std::int64_t value = 0;
  auto operator<=>(const PartyId&) const = default;
};
using PartyUuid = UuidId<struct PartyUuidTag>;          // stands in addresses
using InstanceId = UuidId<struct InstanceIdTag>;        // one form's life
using DataElementId = UuidId<struct DataElementIdTag>;  // form data or an attachment of an instance
using DelegationId = UuidId<struct DelegationIdTag>;
using CaseId = UuidId<struct CaseIdTag>;  // a support case, or a request about one's rights

// "org/app", such as "dat/avviksmelding": lower case ASCII letters, digits and hyphens, each part 1 to 40 long.
struct AppId {
  std::string org;
  std::string app;
  auto operator<=>(const AppId&) const = default;
  [[nodiscard]] std::string text() const { return org + "/" + app; }
  [[nodiscard]] static std::optional<AppId> parse(std::string_view text);
  [[nodiscard]] static std::optional<AppId> make(std::string_view org, std::string_view app);
};

}  // namespace alting::terms

template <class Tag>
struct std::hash<alting::terms::UuidId<Tag>> {
  std::size_t operator()(const alting::terms::UuidId<Tag>& id) const noexcept {
    return std::hash<alting::base::Uuid>{}(id.uuid);
  }
};
template <>
struct std::hash<alting::terms::PartyId> {
  std::size_t operator()(const alting::terms::PartyId& id) const noexcept {
    return std::hash<std::int64_t>{}(id.value);
  }
};
