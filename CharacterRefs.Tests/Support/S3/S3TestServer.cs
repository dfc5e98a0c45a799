using Amazon.S3;
using CharacterRefs.Application.Configuration;
using CharacterRefs.Infrastructure.Storage.S3;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using Microsoft.Extensions.DependencyInjection;

namespace CharacterRefs.Tests.Support.S3;

/// <summary>A real S3 server that is running: <c>eng/start-s3</c>, or any other by the same variables.</summary>
internal static class S3TestServer
{
    private static string? Endpoint => Environment.GetEnvironmentVariable("S3_TEST_ENDPOINT");

    /// <summary>
    /// Where <c>eng/start-s3</c> keeps the server, for tests with a gateway of their own. Without it the test is ignored or fails, as without a
    /// server.
    /// </summary>
    public static string Directory => Environment.GetEnvironmentVariable("S3_TEST_SERVER_DIR") ?? throw Missing();

    /// <summary>How to reach it. Without one the test is ignored; where <c>S3_TEST_REQUIRED</c> is <c>1</c>, it fails.</summary>
    public static S3StoreOptions Options(string bucket)
    {
        var endpoint = Endpoint is { Length: > 0 } set ? set : throw Missing();
        return new S3StoreOptions
        {
            Bucket = bucket,
            Endpoint = new Uri(endpoint),
            Region = "us-east-1",
            AccessKeyId = new Secret(Environment.GetEnvironmentVariable("S3_TEST_ACCESS_KEY") ?? ""),
            SecretAccessKey = new Secret(Environment.GetEnvironmentVariable("S3_TEST_SECRET_KEY") ?? ""),
            RetryDelay = TimeSpan.FromMilliseconds(10),
        };
    }

    /// <summary>The adapter, registered as in the service.</summary>
    public static ServiceProvider Services(S3StoreOptions options, TimeProvider? clock = null) =>
        new ServiceCollection().AddLogging().AddSingleton(clock ?? TimeProvider.System).AddS3Storage(options).BuildServiceProvider();

    /// <summary>A bucket of its own for one test.</summary>
    public static async Task<S3TestBucket> CreateBucketAsync()
    {
        var options = Options($"test-{Guid.NewGuid():N}");
        var services = Services(options);
        await services.GetRequiredService<IAmazonS3>().PutBucketAsync(options.Bucket);
        return new S3TestBucket(options, services);
    }

    private static InvalidOperationException Missing()
    {
        const string How = "No S3 server: start one with eng/start-s3 and set the S3_TEST_… variables that it prints.";
        if (Environment.GetEnvironmentVariable("S3_TEST_REQUIRED") == "1")
        {
            Assert.Fail(How);
        }

        Assert.Ignore(How);
        return new InvalidOperationException(How);
    }
}
