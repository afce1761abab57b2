#include "web/form_text.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/text.h"
#include "web/chunked.h"
#include "web/multipart.h"
#include "web/request_head.h"

namespace alting::web {
namespace {

TEST(FormText, reads_urlencoded_fields_in_their_order) {
  auto fields = parse_urlencoded("a=1&b=%C3%A5+%2B&a=2&c&=d&%zz=%");
  ASSERT_TRUE(fields);
  EXPECT_EQ(*fields, (Fields{{"a", "1"}, {"b", "å +"}, {"a", "2"}, {"c", ""}, {"", "d"}, {"%zz", "%"}}));
}

TEST(FormText, brings_text_to_nfc_and_line_ends_to_one) {
  EXPECT_EQ(*clean_text("a\xCC\x8A\r\nb\rc"), "å\nb\nc");
  EXPECT_EQ(clean_text(std::string("a\0b", 3)).error().code, "error.text.nul");
  EXPECT_EQ(clean_text("\xC0\xAF").error().code, "error.text.encoding");
}

TEST(FormText, limits_the_number_of_fields) {
  std::string many;
  for (int i = 0; i < 3'000; ++i) many += "a=1&";
  EXPECT_EQ(parse_urlencoded(many).error().code, "error.form.too_many");
}

TEST(FormText, a_path_that_passes_has_no_tricks) {
  rc::check([] {
    auto parts = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "/", ".", "..", "%2e", "%2E%2e", "%2f", "%5c", "\\", "a", "%00", "%c3%a5", "%ff", "%", "~", "%0a"));
    std::string raw = "/";
    for (const auto& part : parts) raw += part;
    auto target = parse_target(raw);
    if (!target) return;
    RC_ASSERT(target->path.starts_with('/'));
    RC_ASSERT(target->path.find("//") == std::string::npos);
    RC_ASSERT(target->path.find('\\') == std::string::npos);
    RC_ASSERT(target->path.find('\0') == std::string::npos);
    for (std::string_view segment : base::split(std::string_view(target->path).substr(1), '/'))
      RC_ASSERT(segment != "." && segment != "..");
    RC_ASSERT(base::is_utf8(target->path));
  });
}

TEST(FileName, is_cleaned_of_every_trick) {
  struct Case {
    std::string raw, clean;
  };
  for (const Case& one : std::vector<Case>{{"rapport.pdf", "rapport.pdf"},
                                           {"../../etc/passwd", "passwd"},
                                           {"C:\\Users\\Kari\\å.txt", "å.txt"},
                                           {"a\x01\x02\x7f.pdf", "a.pdf"},
                                           {"faktura\u202Efdp.exe", "fakturafdp.exe"},
                                           {"CON", "_CON"},
                                           {"com1.txt", "_com1.txt"},
                                           {"...", "fil"},
                                           {".htaccess", "htaccess"},
                                           {"a. ", "a"},
                                           {"a<b>:c|d?.txt", "a_b__c_d_.txt"},
                                           {"", ""},
                                           {std::string("a\0.pdf", 6), "a.pdf"},
                                           {"a\xff.pdf", "a\xEF\xBF\xBD.pdf"},
                                           {"\u200B\u2066", "fil"}})
    EXPECT_EQ(clean_file_name(one.raw), one.clean) << one.raw;
  std::string longest = clean_file_name(std::string(500, 'x') + ".pdf");
  EXPECT_EQ(longest.size(), 200u);
  EXPECT_TRUE(longest.ends_with(".pdf"));
}

TEST(FileName, is_the_same_when_cleaned_again) {
  rc::check([](const std::string& raw) {
    std::string once = clean_file_name(raw);
    RC_ASSERT(clean_file_name(once) == once);
    RC_ASSERT(once.find('/') == std::string::npos);
    RC_ASSERT(base::is_utf8(once));
  });
}

struct Seen {
  std::vector<PartHead> heads;
  std::vector<std::string> contents;
  bool done = false;
  std::string fault;
};

Seen read_in_pieces(std::string_view body, const std::vector<std::size_t>& cuts) {
  Seen seen;
  MultipartReader reader("XX", {[&](const PartHead& head) {
                                  seen.heads.push_back(head);
                                  seen.contents.emplace_back();
                                  return base::Status();
                                },
                                [&](std::string_view octets) {
                                  seen.contents.back() += octets;
                                  return base::Status();
                                },
                                [] { return base::Status(); }});
  std::size_t at = 0;
  for (std::size_t cut : cuts) {
    if (cut <= at || cut > body.size()) continue;
    if (auto status = reader.feed(body.substr(at, cut - at)); !status) {
      seen.fault = status.error().code;
      return seen;
    }
    at = cut;
  }
  if (auto status = reader.feed(body.substr(at)); !status) {
    seen.fault = status.error().code;
    return seen;
  }
  seen.done = reader.finish().has_value();
  return seen;
}

const std::string sample =
    "--XX\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\nabc\r\n--XX\r\nContent-Disposition: form-data; "
    "name=\"f\"; filename=\"a\\\"b%22.pdf\"\r\nContent-Type: "
    "application/pdf\r\n\r\n%PDF\r\n--X\r\n-\r\n--XX\r\nContent-Disposition: form-data; "
    "name=\"empty\"\r\n\r\n\r\n--XX--\r\n";

TEST(Multipart, reads_the_same_however_it_is_split) {
  Seen whole = read_in_pieces(sample, {});
  ASSERT_TRUE(whole.done) << whole.fault;
  ASSERT_EQ(whole.contents, (std::vector<std::string>{"abc", "%PDF\r\n--X\r\n-", ""}));
  EXPECT_EQ(*whole.heads[1].file_name, "a\"b\".pdf");
  EXPECT_EQ(whole.heads[1].media_type, "application/pdf");
  for (std::size_t cut = 1; cut < sample.size(); ++cut) {
    Seen split = read_in_pieces(sample, {cut});
    EXPECT_TRUE(split.done) << cut << split.fault;
    EXPECT_EQ(split.contents, whole.contents) << cut;
  }
  std::vector<std::size_t> every;
  for (std::size_t i = 1; i < sample.size(); ++i) every.push_back(i);
  EXPECT_EQ(read_in_pieces(sample, every).contents, whole.contents);
}

TEST(Multipart, gives_back_any_content_however_it_is_split) {
  rc::check([] {
    auto piece = rc::gen::element<std::string>("\r", "\n", "-", "--", "X", "XX", "\r\n--", "\r\n--X", "a",
                                               std::string(1, '\0'), "\xff");
    auto make = [&] {
      std::string content;
      for (const auto& part : *rc::gen::container<std::vector<std::string>>(piece)) content += part;
      return content;
    };
    std::vector<std::string> contents{make(), make()};
    std::string body;
    for (const auto& content : contents) {
      RC_PRE(("\r\n" + content + "\r\n").find("\r\n--XX") == std::string::npos);
      body += "--XX\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n" + content + "\r\n";
    }
    body += "--XX--";
    auto cuts = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, body.size()));
    std::sort(cuts.begin(), cuts.end());
    Seen seen = read_in_pieces(body, cuts);
    RC_ASSERT(seen.done);
    RC_ASSERT(seen.contents == contents);
  });
}

TEST(Multipart, refuses_what_is_malformed) {
  for (std::string_view bad :
       {"XX", "preamble\r\n--XX\r\n", "--XX junk\r\n",
        "--XX\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n\r\n--XX--", "--XX\r\nX: 1\r\n\r\n\r\n--XX--",
        "--XX\r\nContent-Disposition: form-data; name=\"a\r\n\r\n\r\n--XX--",
        "--XX\r\nContent-Disposition: form-data; name=\"a\"; name=\"b\"\r\n\r\n\r\n--XX--",
        "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64\r\n\r\n\r\n--XX--"}) {
    Seen seen = read_in_pieces(bad, {});
    EXPECT_FALSE(seen.done) << bad;
  }
  EXPECT_EQ(read_in_pieces("--XX\r\nX: " + std::string(10'000, 'a'), {}).fault, "error.multipart.head");
}

TEST(Multipart, knows_a_boundary) {
  EXPECT_EQ(multipart_boundary("multipart/form-data; boundary=abc"), "abc");
  EXPECT_EQ(multipart_boundary("Multipart/Form-Data; charset=utf-8; boundary=\"a b\""), "a b");
  for (const char* bad :
       {"multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=a; boundary=b",
        "text/plain; boundary=a", "multipart/form-data; boundary=\"a\x01\""})
    EXPECT_EQ(multipart_boundary(bad), std::nullopt) << bad;
}

TEST(Chunked, decodes_the_same_however_it_is_split) {
  rc::check([](const std::vector<std::string>& chunks) {
    std::string wire, plain;
    for (const auto& chunk : chunks) {
      if (chunk.empty()) continue;
      wire += fmt::format("{:x};e=1\r\n{}\r\n", chunk.size(), chunk);
      plain += chunk;
    }
    wire += "0\r\nT: 1\r\n\r\n";
    std::size_t step = *rc::gen::inRange<std::size_t>(1, 8);
    ChunkedDecoder decoder;
    std::string out;
    auto state = ChunkedDecoder::State::more;
    std::string next = wire + "GET";
    std::size_t left = 0;
    for (std::size_t at = 0; at < next.size() && state == ChunkedDecoder::State::more; at += step) {
      std::string_view piece = std::string_view(next).substr(at, step);
      state = decoder.feed(piece, out);
      left = piece.size() + next.size() - std::min(next.size(), at + step);
    }
    RC_ASSERT(state == ChunkedDecoder::State::done);
    RC_ASSERT(out == plain);
    RC_ASSERT(left == 3u);
  });
}

TEST(RequestHead, never_throws_and_never_lets_a_second_request_through) {
  rc::check([] {
    auto parts = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "GET ", "POST ", "/ ", "/a ", "HTTP/1.1", "HTTP/1.0", "\r\n", "\n", "\r", "Host: x", "Host: y",
        "Content-Length: 3", "Content-Length: 4", "Transfer-Encoding: chunked", "Transfer-Encoding: gzip", " ", ":",
        "X", "\t", "Connection: close"));
    std::string head;
    for (const auto& part : parts) head += part;
    auto parsed = parse_head(head + "\r\n\r\n");
    if (!parsed) return;
    RC_ASSERT(!(parsed->chunked && parsed->content_length));
    RC_ASSERT(parsed->target.find_first_of(" \r\n") == std::string::npos);
    for (const auto& [name, value] : parsed->headers) RC_ASSERT(value.find_first_of("\r\n") == std::string::npos);
  });
}

}  // namespace
}  // namespace alting::web
