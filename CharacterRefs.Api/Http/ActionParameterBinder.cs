using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ModelBinding.Validation;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace CharacterRefs.Api.Http;

/// <summary>
/// Binds handlers and the request's cancellation token directly. Neither comes from the client, but the framework would create a binding context for each
/// and validate it as a model, which takes longer than the use case itself. Events of the base, two or more for each parameter at debug, are dropped.
/// </summary>
internal sealed class ActionParameterBinder(
    IModelMetadataProvider metadataProvider, IModelBinderFactory factory, IObjectModelValidator validator, IOptions<MvcOptions> options)
    : ParameterBinder(
        metadataProvider, factory, new RequestValidator(metadataProvider, (ObjectModelValidator)validator), options, NullLoggerFactory.Instance)
{
    public override ValueTask<ModelBindingResult> BindModelAsync(
        ActionContext actionContext,
        IModelBinder modelBinder,
        IValueProvider valueProvider,
        ParameterDescriptor parameter,
        ModelMetadata metadata,
        object? value,
        object? container)
    {
        var source = parameter.BindingInfo?.BindingSource;
        if (source == BindingSource.Services)
        {
            return new(ModelBindingResult.Success(actionContext.HttpContext.RequestServices.GetRequiredService(parameter.ParameterType)));
        }

        return source == BindingSource.Special && parameter.ParameterType == typeof(CancellationToken)
            ? new(ModelBindingResult.Success(actionContext.HttpContext.RequestAborted))
            : base.BindModelAsync(actionContext, modelBinder, valueProvider, parameter, metadata, value, container);
    }
}
