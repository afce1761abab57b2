// The registries of special-purpose addresses (IANA; RFC 6890 and what has been added since), as far as anything in them
// may stand inside. What is reachable by some on purpose but no host of anybody's (anycast relays) counts as inside too.
#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "net/public_http_client.h"

namespace alting::net {
namespace {

struct Block {
  std::array<std::uint8_t, 6> start;  // of the address; the rest is zero
  unsigned bits;
};

constexpr Block inside_v4[] = {
    {{0}, 8},              // this network (RFC 791)
    {{10}, 8},             // private (RFC 1918)
    {{100, 64}, 10},       // shared by carriers (RFC 6598)
    {{127}, 8},            // this machine (RFC 1122)
    {{169, 254}, 16},      // link-local, with the services of clouds (RFC 3927)
    {{172, 16}, 12},       // private
    {{192, 0, 0}, 24},     // IETF's (RFC 6890)
    {{192, 0, 2}, 24},     // documentation (RFC 5737)
    {{192, 31, 196}, 24},  // AS112 (RFC 7535)
    {{192, 52, 193}, 24},  // AMT (RFC 7450)
    {{192, 88, 99}, 24},   // relays of 6to4 (RFC 7526)
    {{192, 168}, 16},      // private
    {{192, 175, 48}, 24},  // AS112 (RFC 7534)
    {{198, 18}, 15},       // benchmarks (RFC 2544)
    {{198, 51, 100}, 24},  // documentation
    {{203, 0, 113}, 24},   // documentation
    {{224}, 4},            // multicast (RFC 5771)
    {{240}, 4},            // reserved, and broadcast (RFC 1112)
};

// Within 2000::/3, which is all that is given out. Outside it: this machine, mapped IPv4, NAT64 (64:ff9b::/96 and
// 64:ff9b:1::/48), discard-only, segment routing, unique local, link-local, site-local, multicast.
constexpr Block inside_v6[] = {
    {{0x20, 0x01, 0x00}, 23},                    // IETF's: Teredo, ORCHID, benchmarks (RFC 2928)
    {{0x20, 0x01, 0x0d, 0xb8}, 32},              // documentation (RFC 3849)
    {{0x20, 0x02}, 16},                          // 6to4 (RFC 3056)
    {{0x26, 0x20, 0x00, 0x4f, 0x80, 0x00}, 48},  // AS112 (RFC 7534)
    {{0x3f, 0xfe}, 16},                          // the old 6bone (RFC 3701)
    {{0x3f, 0xff, 0x00}, 20},                    // documentation (RFC 9637)
};

template <std::size_t Size>
bool is_in(const Block& block, const std::array<std::uint8_t, Size>& address) {
  for (unsigned bit = 0; bit < block.bits; ++bit) {
    const unsigned mask = 0x80U >> (bit % 8);
    const std::size_t at = bit / 8;
    if ((block.start[at] & mask) != (address[at] & mask)) return false;
  }
  return true;
}

}  // namespace

bool is_public_address(std::string_view address) {
  const std::string text(address);
  if (text.size() != std::char_traits<char>::length(text.c_str())) return false;
  std::array<std::uint8_t, 4> v4{};
  if (inet_pton(AF_INET, text.c_str(), v4.data()) == 1)
    return std::ranges::none_of(inside_v4, [&](const Block& block) { return is_in(block, v4); });
  std::array<std::uint8_t, 16> v6{};
  if (inet_pton(AF_INET6, text.c_str(), v6.data()) != 1) return false;
  return (v6[0] & 0xe0) == 0x20 &&
         std::ranges::none_of(inside_v6, [&](const Block& block) { return is_in(block, v6); });
}

}  // namespace alting::net
