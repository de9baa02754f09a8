// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Strata developers
#include "checkpoint/safetensorsheader.h"

#include "base/error.h"
#include "base/json.h"
#include "base/printable.h"

#include <set>

namespace strata {

namespace {

constexpr std::size_t kMaxTensors = 100'000, kMaxNameBytes = 512, kMaxRank = 16, kMaxMetadata = 10'000;

/// Handler of nlohmann's streaming parser. Every callback checks that its event may stand at this place.
class HeaderReader : public nlohmann::json_sax<Json> {
  public:
    HeaderReader(const std::string& where, std::map<std::string, std::string>* metadata)
        : m_where(where), m_metadata(metadata) {}

    std::vector<SafetensorsEntry> take() { return std::move(m_entries); }

    bool null() override { misplaced("null"); }
    bool boolean(bool) override { misplaced("true or false"); }
    bool number_integer(std::int64_t value) override { misplaced("the number " + std::to_string(value)); }
    bool number_float(double, const std::string& text) override {
        misplaced("the number " + printable(text, 40));
    }
    bool binary(binary_t&) override { misplaced("bytes"); }

    bool number_unsigned(std::uint64_t value) override {
        if (m_place == Place::Shape) {
            if (entry().shape.size() >= kMaxRank) refuse(tensorText() + " has more than 16 dimensions");
            if (value > (1ull << 40u))
                refuse(tensorText() + " has the absurd size " + std::to_string(value) + " in its shape");
            entry().shape.push_back(static_cast<std::int64_t>(value));
        } else if (m_place == Place::Offsets && m_offsets < 2) {
            (m_offsets++ == 0 ? entry().begin : entry().end) = value;
        } else {
            misplaced("the number " + std::to_string(value));
        }
        return true;
    }

    bool string(std::string& value) override {
        if (m_place == Place::Metadata) {
            if (m_metadata) (*m_metadata)[m_key] = value;
            if (m_key == "format" && value != "pt" && value != "np" && value != "numpy" && value != "mlx")
                refuse("its format is \"" + printable(value, 40) + "\", expected \"pt\"");
        } else if (m_place == Place::Tensor && m_key == "dtype") {
            const auto kind = storedKind(value);
            if (!kind)
                refuse(tensorText() + " has the number type " + printable(value, 40) +
                       ", which is not supported");
            entry().kind = *kind;
        } else {
            misplaced("the text \"" + printable(value, 80) + "\"");
        }
        return true;
    }

    bool key(std::string& name) override {
        m_key = name;
        if (m_place == Place::Top) {
            if (name.size() > kMaxNameBytes) refuse("the name of a tensor is longer than 512 bytes");
            if (!m_names.insert(name).second) refuse("tensor " + name + " stands twice in the header");
            if (m_names.size() > kMaxTensors) refuse("it claims more than 100,000 tensors");
        } else {
            if (!m_fields.insert(name).second || m_fields.size() > kMaxMetadata)
                refuse("the field \"" + printable(name, 80) + "\" of " + subject() + " stands twice");
            if (m_place == Place::Tensor && name != "dtype" && name != "shape" && name != "data_offsets")
                refuse(tensorText() + " has the unknown field \"" + printable(name, 80) + "\"");
        }
        return true;
    }

    bool start_object(std::size_t) override {
        m_fields.clear();
        if (m_place == Place::Outside) {
            m_place = Place::Top;
        } else if (m_place != Place::Top) {
            misplaced("an object");
        } else if (m_key == "__metadata__") {
            m_place = Place::Metadata;
        } else {
            m_entries.emplace_back().name = m_key;
            m_place = Place::Tensor;
        }
        return true;
    }

    bool end_object() override {
        if (m_place == Place::Tensor) {
            for (const char* field : {"dtype", "shape", "data_offsets"})
                if (!m_fields.contains(field)) refuse(tensorText() + " has no \"" + field + "\"");
            if (!checkedCount(entry().shape))
                refuse(tensorText() + " has the absurd shape " + shapeText(entry().shape));
        }
        m_place = m_place == Place::Top ? Place::Outside : Place::Top;
        return true;
    }

    bool start_array(std::size_t) override {
        if (m_place != Place::Tensor || m_key == "dtype") misplaced("a list");
        m_place = m_key == "shape" ? Place::Shape : Place::Offsets;
        m_offsets = 0;
        return true;
    }

    bool end_array() override {
        if (m_place == Place::Offsets && m_offsets != 2) refuse(tensorText() + " needs two data_offsets");
        m_place = Place::Tensor;
        return true;
    }

    bool parse_error(std::size_t position, const std::string&,
                     const nlohmann::detail::exception& problem) override {
        refuse("its header is not valid JSON at byte " + std::to_string(position) + ": " +
               printable(problem.what(), 200));
    }

  private:
    enum class Place { Outside, Top, Metadata, Tensor, Shape, Offsets };

    [[noreturn]] void refuse(const std::string& why) const { throw Error("Cannot read " + m_where, why); }
    [[noreturn]] void misplaced(const std::string& what) const {
        refuse("its header has " + what + " where " + expected() + " is expected (" + subject() + ")");
    }
    const char* expected() const {
        switch (m_place) {
            case Place::Metadata:
                return "a text";
            case Place::Tensor:
                return m_key == "dtype" ? "a number type" : "a list of whole numbers from 0";
            case Place::Shape:
            case Place::Offsets:
                return "a whole number from 0";
            case Place::Outside:
            case Place::Top:
                break;
        }
        return "a JSON object";
    }
    std::string subject() const {
        if (m_place == Place::Metadata) return "__metadata__";
        return m_entries.empty() ? "no tensor yet" : tensorText();
    }
    std::string tensorText() const { return "tensor " + m_entries.back().name; }
    SafetensorsEntry& entry() { return m_entries.back(); }

    const std::string& m_where;
    std::map<std::string, std::string>* m_metadata;
    Place m_place = Place::Outside;
    std::string m_key;
    int m_offsets = 0;
    std::set<std::string> m_names;   ///< at the top
    std::set<std::string> m_fields;  ///< of the open entry
    std::vector<SafetensorsEntry> m_entries;
};

}  // namespace

std::vector<SafetensorsEntry> parseSafetensorsHeader(std::string_view json, const std::string& where,
                                                     std::map<std::string, std::string>* metadata) {
    HeaderReader reader(where, metadata);
    Json::sax_parse(json, &reader);
    return reader.take();
}

}  // namespace strata
