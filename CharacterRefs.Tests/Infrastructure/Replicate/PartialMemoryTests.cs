using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure.Files;
using CharacterRefs.Infrastructure.Replicate;
using CharacterRefs.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Infrastructure.Replicate;

/// <summary>When the bytes of an output are in memory, and when on disk.</summary>
[Category("Unit")]
internal sealed class PartialMemoryTests
{
    private static readonly Uri s_url = new("https://replicate.delivery/xezq/1/out-0.png");
    private readonly FakeTimeProvider _clock = new(AReference.Time);
    private readonly CharacterReferenceId _id = AReference.NewId();

    private TempDirectory _dataRoot = null!;

    private string[] Files => Directory.GetFiles(Path.Join(_dataRoot.FullPath, "partial_outputs"));

    [SetUp]
    public void SetUp() => _dataRoot = new TempDirectory();

    [TearDown]
    public void TearDown() => _dataRoot.Dispose();

    [Test]
    public void Append_WhenASecondPasses_MovesTheBytesToDisk()
    {
        using (var partial = Open())
        {
            Begin(partial, length: 100);
            partial.Append(new byte[] { 1, 2, 3 });
            Assert.That(Files, Is.Empty);

            _clock.Advance(PartialOutput.LongestInMemory);
            Assert.That(Files, Has.Length.EqualTo(1));
            partial.Append(new byte[] { 4 });
        }

        AssertKept([1, 2, 3, 4]);
    }

    [Test]
    public void Dispose_WhenTheTransferWasStopped_KeepsTheBytes()
    {
        using (var partial = Open())
        {
            Begin(partial, length: 100);
            partial.Append(new byte[] { 1, 2, 3 });
        }

        AssertKept([1, 2, 3]);
    }

    [Test]
    public void Remove_WhenTheOutputIsWhole_NeverWritesAFile()
    {
        using (var partial = Open())
        {
            Begin(partial, length: 3);
            partial.Append(new byte[] { 1, 2, 3 });
            partial.Remove();
        }

        Assert.That(Files, Is.Empty);
    }

    [TestCase(3 * 1024 * 1024)]
    [TestCase(null)]
    public void Append_WhenTheOutputIsLongOrOfUnknownLength_WritesAtOnce(int? length)
    {
        using var partial = Open();
        Begin(partial, length);

        partial.Append(new byte[] { 1, 2, 3 });

        Assert.That(Files, Has.Length.EqualTo(1));
    }

    [Test]
    public void Rent_WhenOthersHaveAllTheMemory_ReturnsNone()
    {
        var memory = new PartialMemory();
        var rented = Enumerable.Range(0, 5).Select(_ => memory.Rent(2 * 1024 * 1024)).ToList();
        Assert.That(rented.Count(buffer => buffer is not null), Is.EqualTo(4));

        memory.Return(rented[0]!);

        Assert.That(memory.Rent(2 * 1024 * 1024), Is.Not.Null);
    }

    [Test]
    public void Return_WhenALongerBufferWasRented_CountsItsLength()
    {
        var memory = new PartialMemory();
        Enumerable.Range(0, 6).Select(_ => memory.Rent(1024 * 1024)!).ToList().ForEach(memory.Return);

        var rented = Enumerable.Range(0, 6).Select(_ => memory.Rent(2 * 1024 * 1024)).ToList();

        Assert.That(rented.Count(buffer => buffer is not null), Is.EqualTo(4));
    }

    private PartialOutput Open() =>
        new PartialOutputStore(new DataRootOptions { Path = _dataRoot.FullPath }, _clock, NullLogger<PartialOutputStore>.Instance).Open(_id, s_url)!;

    private static void Begin(PartialOutput partial, long? length) =>
        partial.Begin(new PartialHeader(PartialHeader.HashOf(s_url), "\"tag\"", null, length, AReference.Time.AddHours(1)));

    private void AssertKept(byte[] bytes)
    {
        using var next = Open();
        var kept = new byte[bytes.Length];
        Assert.That(next.Kept, Is.EqualTo(bytes.Length));
        Assert.That(next.Read(kept, 0), Is.EqualTo(bytes.Length));
        Assert.That(kept, Is.EqualTo(bytes));
    }
}
