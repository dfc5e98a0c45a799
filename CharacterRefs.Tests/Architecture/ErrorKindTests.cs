using CharacterRefs.Api.Http;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Tests.Architecture;

[Category("Unit")]
internal sealed class ErrorKindTests
{
    private static readonly Dictionary<ErrorKind, int> s_contract = new()
    {
        [ErrorKind.ValidationError] = 400,
        [ErrorKind.Unauthorized] = 401,
        [ErrorKind.Forbidden] = 403,
        [ErrorKind.NotFound] = 404,
        [ErrorKind.Conflict] = 409,
        [ErrorKind.PayloadTooLarge] = 413,
        [ErrorKind.GenerationRejected] = 422,
        [ErrorKind.IdempotencyKeyReused] = 422,
        [ErrorKind.BudgetExceeded] = 402,
        [ErrorKind.RateLimited] = 429,
        [ErrorKind.UpstreamFailed] = 502,
        [ErrorKind.UpstreamTimedOut] = 504,
        [ErrorKind.ConfigurationError] = 503,
        [ErrorKind.StorageUnavailable] = 503,
        [ErrorKind.Overloaded] = 503,
        [ErrorKind.InternalError] = 500,
    };

    [Test]
    public void Row_WhenAnyKind_HasTheStatusOfTheContractAndATitle([Values] ErrorKind kind)
    {
        var (status, title) = ErrorTable.Row(kind);

        Assert.That(status, Is.EqualTo(s_contract[kind]));
        Assert.That(title, Is.Not.Empty);
    }

    [Test]
    public void RetryAfter_WhenARetryIsTheRemedy_IsAlwaysThere([Values] ErrorKind kind)
    {
        var stated = TimeSpan.FromSeconds(7);

        Assert.That(
            ErrorTable.RetryAfter(new Error(kind, "No.")).HasValue,
            Is.EqualTo(kind is ErrorKind.RateLimited or ErrorKind.StorageUnavailable or ErrorKind.Overloaded));
        Assert.That(ErrorTable.RetryAfter(new Error(kind, "No.") { RetryAfter = stated }), Is.EqualTo(stated));
    }
}
