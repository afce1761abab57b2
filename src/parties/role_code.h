// The role codes of the registers: Enhetsregisteret's (norwegian-domain: rolletyper and links between units) and the
// agencies' own.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace alting::parties {

using RoleCode = std::uint8_t;  // place in role_codes

inline constexpr std::array<std::string_view, 61> role_codes{
    "DAGL",  "LEDE", "NEST", "MEDL", "VARA", "OBS",  "INNH", "KOMP", "DTPR",  "DTSO", "BEST", "BOBE",
    "FFØR",  "KONT", "KEMN", "KOMK", "KNUF", "REPR", "REGN", "REVI", "SREVA", "SIGN", "SIFE", "SIHV",
    "PROK",  "POFE", "POHV", "STFT", "SAM",  "ESGR", "ETDL", "MVAU", "MVAG",  "KDEB", "AVKL", "HLED",
    "HNST",  "HMDL", "HVAR", "BEDR", "AAFY", "ORGL", "ADOS", "OPMV", "KMOR",  "KDAT", "KGRL", "FGRP",
    "EIKM",  "KIRK", "KTRF", "HLSE", "HFOR", "UTBG", "VIFE", "FISJ", "FUSJ",  "READ", "RFAD",
    "SAKSB",  // case worker of an agency: register "etat"
    "PRIV"};  // a person for themself: never stored

[[nodiscard]] constexpr std::optional<RoleCode> find_role_code(std::string_view text) {
  for (std::size_t i = 0; i < role_codes.size(); ++i)
    if (role_codes[i] == text) return static_cast<RoleCode>(i);
  return std::nullopt;
}
[[nodiscard]] consteval RoleCode role_code(std::string_view text) { return find_role_code(text).value(); }

}  // namespace alting::parties
