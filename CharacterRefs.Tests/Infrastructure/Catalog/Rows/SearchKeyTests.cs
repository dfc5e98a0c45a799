using System.Text;
using CharacterRefs.Domain.Texts;
using CharacterRefs.Infrastructure.Catalog.Rows;

namespace CharacterRefs.Tests.Infrastructure.Catalog.Rows;

[Category("Unit")]
internal sealed class SearchKeyTests
{
    private const string Characters = "aabbzZ019 %_\\'\"\n~`{}AMN\u0000\u007Fäößé\u0301\u0308ñжЖ猫機器人가\u3131\uFFFD\U0001F916\U0001F9B8\U0010FFFF";

    [Test]
    public void Of_WhenAnyTextIsLookedForInAnyOther_ContainsItsKeyExactlyWhenTheTextDoes()
    {
        var random = new Random(20261129);
        var runes = Characters.EnumerateRunes().ToArray();
        var contained = 0;
        for (var round = 0; round < 200_000; round++)
        {
            var text = Any(random.Next(1, 12));
            var query = random.Next(3) == 0 ? Part(text) : Any(random.Next(1, 4));
            var expected = Folded(text).Contains(Folded(query), StringComparison.Ordinal);
            contained += expected ? 1 : 0;
            Assert.That(
                SearchKey.Of(text).Contains(SearchKey.Of(query), StringComparison.Ordinal), Is.EqualTo(expected), $"\"{query}\" in \"{text}\"");
        }

        Assert.That(contained, Is.InRange(20_000, 180_000), "both cases were tried");

        string Any(int length) => string.Concat(random.GetItems(runes, length));

        string Part(string text)
        {
            var all = text.EnumerateRunes().ToArray();
            var start = random.Next(all.Length);
            return string.Concat(all[start..random.Next(start + 1, all.Length + 1)]);
        }
    }

    [Test]
    public void Of_WhenGivenAnyCharacter_HasOnlyLettersAndDigitsAndIsOfNoOther()
    {
        var texts = new Dictionary<string, string>();
        for (var code = 0; code <= 0x10FFFF; code++)
        {
            if (!Rune.IsValid(code))
            {
                continue;
            }

            var text = Folded(new Rune(code).ToString());
            var key = SearchKey.Of(text);
            if (!key.All(char.IsAsciiLetterOrDigit) || (!texts.TryAdd(key, text) && texts[key] != text))
            {
                Assert.Fail($"U+{code:X} has the key {key}");
            }
        }
    }

    [Test]
    public void Trigrams_WhenThereAreMany_AreOfTheWholeKey()
    {
        Assert.That(SearchKey.Trigrams("ab", 4), Is.Empty);
        Assert.That(SearchKey.Trigrams("abcabcd", 4), Is.EqualTo(["abc", "bca", "cab", "bcd"]));
        Assert.That(SearchKey.Trigrams("0123456789", 4), Is.EqualTo(["012", "234", "456", "678"]));
    }

    private static string Folded(string text) => CanonicalText.Compose(text).ToLowerInvariant();
}
