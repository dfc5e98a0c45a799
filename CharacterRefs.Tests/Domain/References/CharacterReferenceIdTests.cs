using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace CharacterRefs.Tests.Domain.References;

[Category("Unit")]
internal sealed class CharacterReferenceIdTests
{
    private const string Text = "0198c0de-0000-7000-8000-00000000abcd";

    [Test]
    public void Create_WhenTimePasses_GivesVersion7IdsThatSortByIt()
    {
        var ids = Enumerable.Range(0, 100).Select(i => CharacterReferenceId.Create(AReference.Time.AddMilliseconds(i))).ToList();

        Assert.That(ids.Select(id => id.Value.Version), Is.All.EqualTo(7));
        Assert.That(ids.Select(id => id.Value), Is.Ordered);
        Assert.That(ids.Select(id => id.ToString()), Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
    }

    [Test]
    public void Create_WhenAtTheSameTime_GivesDifferentIds() =>
        Assert.That(Enumerable.Range(0, 1000).Select(_ => CharacterReferenceId.Create(AReference.Time)), Is.Unique);

    [TestCase(Text)]
    [TestCase("0198C0DE-0000-7000-8000-00000000ABCD")]
    public void TryParse_WhenInEitherCase_IsTheSameIdInLowerCase(string text)
    {
        var isId = CharacterReferenceId.TryParse(text, out var id);

        Assert.That(isId, Is.True);
        Assert.That(id.ToString(), Is.EqualTo(Text));
    }

    [TestCase("6f9619ff-8b86-4011-b42d-00cf4fc964ff")]
    [TestCase("f47ac10b-58cc-1372-8567-0e02b2c3d479")]
    [TestCase("ffffffff-ffff-ffff-ffff-ffffffffffff")]
    public void TryParse_WhenOfAnotherVersion_IsTakenToo(string text) => Assert.That(CharacterReferenceId.TryParse(text, out _), Is.True);

    [TestCase(null)]
    [TestCase("")]
    [TestCase("00000000-0000-0000-0000-000000000000")]
    [TestCase("{0198c0de-0000-7000-8000-00000000abcd}")]
    [TestCase("(0198c0de-0000-7000-8000-00000000abcd)")]
    [TestCase("0198c0de00007000800000000000abcd")]
    [TestCase("0198c0de-0000-7000-8000-00000000abc")]
    [TestCase("0198c0de-0000-7000-8000-00000000abcde")]
    [TestCase("0198c0de-0000-7000-8000-00000000abcg")]
    [TestCase(" 0198c0de-0000-7000-8000-00000000abcd")]
    [TestCase("0198c0de-0000-7000-8000-00000000abcd\n")]
    [TestCase("+198c0de-0000-7000-8000-00000000abcd")]
    [TestCase("0x98c0de-0000-7000-8000-00000000abcd")]
    [TestCase("../0198c0de-0000-7000-8000-00000000abcd")]
    public void TryParse_WhenAnythingElse_Rejects(string? text)
    {
        var isId = CharacterReferenceId.TryParse(text, out var id);

        Assert.That(isId, Is.False);
        Assert.That(id, Is.EqualTo(default(CharacterReferenceId)));
    }

    [Property]
    public bool TryParse_WhenWrittenByItself_GivesTheSameId(Guid value)
    {
        var id = new CharacterReferenceId(value);

        return CharacterReferenceId.TryParse(id.ToString(), out var read) == (value != Guid.Empty) && read == id
            && CharacterReferenceId.TryParse(id.ToString().ToUpperInvariant(), out read) == (value != Guid.Empty) && read == id;
    }

    [Property]
    public bool TryParse_WhenAnyText_TakesOnlyWhatItWouldWriteItself(string? text) =>
        !CharacterReferenceId.TryParse(text, out var id) || string.Equals(id.ToString(), text, StringComparison.OrdinalIgnoreCase);
}
