#include "paper/zip.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <stdexcept>

#include "base/random.h"
#include "base/text.h"

namespace alting::paper {
namespace {

using base::Bytes;

const base::Instant at = *base::from_rfc3339("2026-11-22T01:02:04Z");

std::string code_of(const base::Result<std::vector<ZipEntry>>& result) { return result ? "read" : result.error().code; }

TEST(Zip, WhatIsWrittenIsRead) {
  const std::vector<ZipEntry> entries{{"brev.txt", "Hei"},
                                      {"mappe/blåbær æøå.bin", Bytes("\0\xff", 2)},
                                      {"tom", ""},
                                      {"stor", Bytes(3'000'000, 'x') + Bytes(20, 'y')}};
  const auto read = unzip(zip(entries, at), {.ratio = 10'000});
  ASSERT_EQ(code_of(read), "read");
  ASSERT_EQ(read->size(), entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    EXPECT_EQ((*read)[i].name, entries[i].name);
    EXPECT_TRUE((*read)[i].content == entries[i].content);
  }
  EXPECT_EQ(zip(entries, at), zip(entries, at));
}

TEST(Zip, AnyContentComesBack) {
  EXPECT_TRUE(rc::check([](const std::vector<std::string>& contents) {
    std::vector<ZipEntry> entries;
    for (const auto& content : contents) entries.push_back({"n" + std::to_string(entries.size()), content});
    const auto read = unzip(zip(entries, at), {.ratio = 10'000});
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->size() == entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) RC_ASSERT((*read)[i].content == entries[i].content);
  }));
}

TEST(Zip, BombsAreNotUnpacked) {
  const Bytes bomb = zip({{"a", Bytes(40'000'000, '\0')}, {"b", Bytes(40'000'000, '\0')}}, at);
  EXPECT_EQ(code_of(unzip(bomb)), "error.zip.too_large");
  EXPECT_EQ(code_of(unzip(bomb, {.total_size = 50'000'000, .ratio = 100'000})), "error.zip.too_large");
  EXPECT_EQ(code_of(unzip(bomb, {.entry_size = 30'000'000, .ratio = 100'000})), "error.zip.too_large");
  EXPECT_EQ(code_of(unzip(bomb, {.ratio = 100'000})), "read");
  std::vector<ZipEntry> many;
  for (int i = 0; i < 11; ++i) many.push_back({std::to_string(i), ""});
  EXPECT_EQ(code_of(unzip(zip(many, at), {.entries = 10})), "error.zip.too_large");
  EXPECT_EQ(code_of(unzip(zip(many, at), {.entries = 11})), "read");
  EXPECT_EQ(code_of(unzip(zip({{"a/b/c/d", "x"}}, at), {.depth = 2})), "error.zip.too_large");
}

TEST(Zip, NamesDoNotLeadOut) {
  for (const char* name : {"../x", "a/../../x", "/etc/passwd", "C:/x", "..\\x", "a//b", "./a", "a/.", "x\ny"})
    EXPECT_EQ(code_of(unzip(zip({{name, "x"}}, at))), "error.zip.name") << name;
  EXPECT_EQ(code_of(unzip(zip({{std::string(300, 'x'), "x"}}, at))), "error.zip.name");
  EXPECT_EQ(code_of(unzip(zip({{"x", "1"}, {"x", "2"}}, at))), "error.zip.name");
}

TEST(Zip, WhatIsNoArchiveIsRefused) {
  base::SeededRandom random(1);
  const Bytes good = zip({{"a", random.bytes(10'000)}}, at);
  for (const Bytes& bad :
       {Bytes(), Bytes("x"), Bytes("PK\3\4"), Bytes(5000, 'x'), good.substr(0, good.size() / 2), Bytes("\x1f\x8b\x08")})
    EXPECT_FALSE(unzip(bad)) << bad.size();
  EXPECT_TRUE(rc::check([&](std::size_t seed) {
    Bytes damaged = good;
    damaged[seed % damaged.size()] =
        static_cast<char>(damaged[seed % damaged.size()] ^ static_cast<char>(1 + seed / 7 % 255));
    (void)unzip(damaged);  // any answer, no harm
  }));
  Bytes damaged = good;
  damaged[5000] = static_cast<char>(damaged[5000] ^ 1);
  EXPECT_EQ(code_of(unzip(damaged)), "error.zip.broken");
}

TEST(Zip, AFailingSinkIsHeard) {
  int calls = 0;
  ZipWriter writer(
      [&](base::ByteView) {
        if (++calls == 2) throw std::runtime_error("disk full");
      },
      at);
  base::SeededRandom random(1);
  EXPECT_THROW(
      {
        for (int i = 0; i < 10; ++i) writer.add(std::to_string(i), random.bytes(100'000));
        writer.finish();
      },
      std::runtime_error);
  EXPECT_THROW(writer.add("after", "x"), std::runtime_error);
}

TEST(Zip, AnUnfinishedArchiveIsGivenUp) {
  Bytes out;
  {
    ZipWriter writer([&](base::ByteView part) { out += part; }, at);
    writer.add("a", Bytes(1000, 'x'));
  }
  EXPECT_FALSE(unzip(out));
}

}  // namespace
}  // namespace alting::paper
