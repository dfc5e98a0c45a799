using System.Security.Cryptography;
using System.Text;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Infrastructure.Catalog;

[TestFixture(CatalogKind.Sqlite)]
[TestFixture(CatalogKind.Postgres)]
[Category("Integration")]
internal sealed class DigestMemoryTests(CatalogKind kind)
{
    private TestCatalog _catalog = null!;

    [SetUp]
    public async Task SetUp() => _catalog = await TestCatalog.OpenAsync(kind);

    [TearDown]
    public async Task TearDown() => await TestCatalog.CloseAsync(_catalog);

    [Test]
    public async Task RecallAsync_WhenNothingIsRemembered_IsEmpty() => Assert.That(await _catalog.Digests.RecallAsync("job-1", default), Is.Empty);

    [Test]
    public async Task RememberAsync_WhenCalledAgain_ReplacesThesePathsOnly()
    {
        var first = new[] { Of("scenes/Ä 1.mp4", "1"), Of("scenes/a.mp4", "1"), Of("Scenes/a.mp4", "1") };
        await _catalog.Digests.RememberAsync("job-1", first, default);
        await _catalog.Digests.RememberAsync("job-10", first[..1], default);

        await _catalog.Digests.RememberAsync("job-1", [Of("scenes/a.mp4", "2"), Of("final/b.mp4", "2")], default);

        Assert.That(
            (await _catalog.Digests.RecallAsync("job-1", default)).Values,
            Is.EquivalentTo([first[0], first[2], Of("scenes/a.mp4", "2"), Of("final/b.mp4", "2")]));
        Assert.That((await _catalog.Digests.RecallAsync("job-10", default))["scenes/Ä 1.mp4"], Is.EqualTo(first[0]));
    }

    [Test]
    public async Task RememberAsync_WhenThereAreManyTwice_KeepsEachOnce()
    {
        var digests = Enumerable.Range(0, 2_300).Select(i => Of($"scenes/{i}.mp4", "1")).ToList();

        await _catalog.Digests.RememberAsync("job-1", digests, default);
        await _catalog.Digests.RememberAsync("job-1", [.. digests.Select(digest => digest with { Stamp = "2" })], default);

        var recalled = await _catalog.Digests.RecallAsync("job-1", default);
        Assert.That(recalled, Has.Count.EqualTo(2_300));
        Assert.That(recalled.Values.Select(digest => digest.Stamp), Is.All.EqualTo("2"));
    }

    [Test]
    public async Task RememberAsync_WhenOneCannotBeKept_KeepsWhatWasThere()
    {
        await _catalog.Digests.RememberAsync("job-1", [Of("scenes/a.mp4", "1")], default);

        Assert.That(
            async () => await _catalog.Digests.RememberAsync("job-1", [Of("scenes/a.mp4", "2"), Of("scenes/b.mp4", null!)], default),
            Throws.Exception);

        Assert.That((await _catalog.Digests.RecallAsync("job-1", default)).Values, Is.EqualTo([Of("scenes/a.mp4", "1")]));
    }

    [Test]
    public async Task ForgetAsync_WhenRemembered_ForgetsThisWorkspaceOnly()
    {
        await _catalog.Digests.RememberAsync("job-1", [Of("scenes/a.mp4", "1")], default);
        await _catalog.Digests.RememberAsync("job-2", [Of("scenes/a.mp4", "1")], default);

        await _catalog.Digests.ForgetAsync("job-1", default);

        Assert.That(await _catalog.Digests.RecallAsync("job-1", default), Is.Empty);
        Assert.That(await _catalog.Digests.RecallAsync("job-2", default), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task RememberAsync_WhenTwoProcessesRemember_BothSucceed()
    {
        await using var other = await _catalog.OpenAnotherAsync();
        var digests = Enumerable.Range(0, 50).Select(i => Of($"scenes/{i}.mp4", "1")).ToList();

        await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => Task.Run(() => (i % 2 == 0 ? _catalog : other).Digests.RememberAsync("job-1", digests, default))));

        Assert.That(await _catalog.Digests.RecallAsync("job-1", default), Has.Count.EqualTo(50));
    }

    private static RememberedDigest Of(string path, string stamp) =>
        new(path, stamp, new ContentDigest(5_000_000_000, ContentHash.FromDigest(SHA256.HashData(Encoding.UTF8.GetBytes(path + stamp))), uint.MaxValue - 1));
}
