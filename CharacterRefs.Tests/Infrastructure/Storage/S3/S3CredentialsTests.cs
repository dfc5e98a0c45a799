using Amazon.Runtime;
using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using CharacterRefs.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace CharacterRefs.Tests.Infrastructure.Storage.S3;

[Category("Unit")]
internal sealed class S3CredentialsTests
{
    private readonly FakeTimeProvider _clock = new();

    [Test]
    public async Task GetCredentialsAsync_WhenKeysAreConfigured_UsesThem()
    {
        var keys =
            await new S3Credentials(Options() with { AccessKeyId = new Secret("id"), SecretAccessKey = new Secret("key") }, _clock).GetCredentialsAsync();

        Assert.That((keys.AccessKey, keys.SecretKey, keys.UseToken), Is.EqualTo(("id", "key", false)));
    }

    [Test]
    public async Task GetCredentialsAsync_WhenKeysAreTemporary_SendsTheToken()
    {
        var options = Options() with { AccessKeyId = new Secret("id"), SecretAccessKey = new Secret("key"), SessionToken = new Secret("token") };

        Assert.That((await new S3Credentials(options, _clock).GetCredentialsAsync()).Token, Is.EqualTo("token"));
    }

    [Test]
    public async Task GetCredentialsAsync_WhenTheMetadataServiceDropsPackets_TimesOutAndCachesTheFailure()
    {
        var requests = 0;
        using var isRequested = new SemaphoreSlim(0);
        var credentials = new S3Credentials(_clock, () =>
        {
            requests++;
            isRequested.Release();
            return new TaskCompletionSource<AWSCredentials>().Task;
        }, () => "");

        var first = credentials.GetCredentialsAsync();
        await isRequested.WaitAsync();
        await Condition.UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return first.IsCompleted;
        });

        var error = await Assert.ThrowsAsync<AssetStoreUnavailableException>(() => first);
        Assert.That(error!.Fault, Is.EqualTo(AssetStoreFault.NoCredentials));
        Assert.That(error.Message, Does.Contain("instance metadata"));
        await Assert.ThrowsAsync<AssetStoreUnavailableException>(credentials.GetCredentialsAsync);
        Assert.That(requests, Is.EqualTo(1));
    }

    [Test]
    public async Task GetCredentialsAsync_WhenKeysAppearLater_FindsThem()
    {
        var isThere = false;
        var credentials = new S3Credentials(_clock, () => isThere
            ? Task.FromResult<AWSCredentials>(new BasicAWSCredentials("id", "key"))
            : throw new AmazonClientException("Failed to resolve AWS credentials"), () => "");
        await Assert.ThrowsAsync<AssetStoreUnavailableException>(credentials.GetCredentialsAsync);

        isThere = true;
        _clock.Advance(TimeSpan.FromSeconds(11));

        Assert.That((await credentials.GetCredentialsAsync()).AccessKey, Is.EqualTo("id"));
    }

    [Test]
    public async Task GetCredentialsAsync_WhenTheFileIsHalfWritten_KeepsTheKeysAndFindsTheNewOnesLater()
    {
        var (stamp, key) = ("1", (string?)"old");
        var credentials = new S3Credentials(
            _clock,
            () => key is null ? throw new AmazonClientException("No key.") : Task.FromResult<AWSCredentials>(new BasicAWSCredentials("id", key)),
            () => stamp);
        await credentials.GetCredentialsAsync();

        (stamp, key) = ("2", null);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That((await credentials.GetCredentialsAsync()).SecretKey, Is.EqualTo("old"));
        key = "new";

        Assert.That((await credentials.GetCredentialsAsync()).SecretKey, Is.EqualTo("new"));
    }

    [Test]
    public async Task GetCredentialsAsync_WhenTheSharedFileIsRotated_ReadsItAgain()
    {
        using var directory = new TempDirectory();
        var path = Write("old");
        var credentials = new S3Credentials(_clock, () => Task.FromResult(SharedProfiles.CredentialsOf("rotating", path)!), () => SharedProfiles.Stamp(path));
        Assert.That((await credentials.GetCredentialsAsync()).SecretKey, Is.EqualTo("old"));

        Write("rotated");
        Assert.That((await credentials.GetCredentialsAsync()).SecretKey, Is.EqualTo("old"), "read at most once a second");
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.That((await credentials.GetCredentialsAsync()).SecretKey, Is.EqualTo("rotated"));

        string Write(string key) => directory.Write(
            "credentials", System.Text.Encoding.UTF8.GetBytes($"[rotating]\naws_access_key_id = id\naws_secret_access_key = {key}\n"));
    }

    [Test]
    public async Task GetCredentialsAsync_WhenTheProfileDoesNotExist_NamesItAndTheFiles()
    {
        var credentials = new S3Credentials(Options() with { Profile = "no-such-profile" }, _clock);

        var first = await Assert.ThrowsAsync<AssetStoreUnavailableException>(credentials.GetCredentialsAsync);
        var remembered = await Assert.ThrowsAsync<AssetStoreUnavailableException>(credentials.GetCredentialsAsync);

        Assert.That(first!.Fault, Is.EqualTo(AssetStoreFault.NoCredentials));
        Assert.That(
            first.Message,
            Does.Contain("\"no-such-profile\", which AWS_PROFILE names, is in none").And.Contain("~/.aws/credentials").And.Contain("~/.aws/config"));
        Assert.That(first.Message, Does.Not.Contain("metadata service"), "only the profile was looked for");
        Assert.That(remembered!.Message, Is.EqualTo(first.Message));
    }

    private static S3StoreOptions Options() => new() { Bucket = "bucket", Region = "us-east-1" };
}
