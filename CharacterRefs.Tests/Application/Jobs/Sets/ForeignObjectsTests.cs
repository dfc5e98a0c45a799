using Amazon.S3;
using Amazon.S3.Model;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support.S3;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Application.Jobs.Sets;

/// <summary>A bucket takes names that lead out of a directory, from any client.</summary>
[Category("Integration")]
internal sealed class ForeignObjectsTests
{
    private S3TestBucket _bucket = null!;
    private SetScene _scene = null!;

    [SetUp]
    public async Task SetUp()
    {
        _bucket = await S3TestServer.CreateBucketAsync();
        _scene = new SetScene(store: _bucket.Store);
    }

    [TearDown]
    public async Task TearDown()
    {
        _scene?.Dispose();
        await (_bucket?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [TestCase("videos/job-1/intermediate/../x", "../x")]
    [TestCase("videos/job-1/intermediate/scenes/../../../x", "scenes/../../../x")]
    [TestCase("videos/job-1/final//x", "final//x")]
    public async Task Download_WhenANameWouldLeaveTheWorkspace_RejectsItByNameAndCopiesTheRest(string name, string path)
    {
        await _scene.StoreAsync("final/movie.mp4");
        await PutAsync(name);
        await PutAsync("videos/job-1/final/");

        var result = await _scene.DownloadAsync();

        Assert.That(result.Failed.Select(failure => (failure.Path, failure.Error)), Is.EqualTo([(path, ErrorKind.ValidationError)]));
        Assert.That(result.Failed[0].Detail, Does.Contain(name));
        _scene.AssertRestored("final/movie.mp4");
        Assert.That(await _bucket.Store.ListAsync(AssetKeyPrefix.All, default).Select(entry => entry.Key.Value)
            .ToListAsync(), Is.EqualTo(["videos/job-1/final/movie.mp4"]));
    }

    [Test]
    public async Task Verify_WhenANameIsNotOurs_NamesItAsExtra()
    {
        await _scene.CommitAsync("final/movie.mp4");
        await PutAsync("videos/job-1/intermediate/../x");

        var verified = await _scene.VerifyAsync();

        Assert.That((verified.IsComplete, verified.Extra.Single()), Is.EqualTo((true, "videos/job-1/intermediate/../x")));
    }

    /// <summary>Past the SDK's and .NET's own tidying of paths: the URL is signed and sent as it is.</summary>
    private async Task PutAsync(string name)
    {
        var url = await _bucket.Client.GetPreSignedURLAsync(new GetPreSignedUrlRequest
        {
            BucketName = _bucket.Name,
            Key = name,
            Verb = HttpVerb.PUT,
            Protocol = Protocol.HTTP,
            Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(5),
        });
        using var client = new HttpMessageInvoker(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(
            HttpMethod.Put, new Uri(url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Content = new ByteArrayContent([1, 2, 3]);
        using var response = await client.SendAsync(request, default);
        Assert.That(response.IsSuccessStatusCode, Is.True, await response.Content.ReadAsStringAsync());
        Assert.That(await _bucket.ContentsAsync(), Does.Contain(name));
    }
}
