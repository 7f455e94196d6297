# The scoring service, on processors or on CUDA devices: README.md says how each is built. The context is the root of the repository.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0-noble
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled

FROM ${SDK_IMAGE} AS build
ARG ONNXRUNTIME=cpu
ARG REVISION=
ARG SOURCE_DATE_EPOCH=0
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
WORKDIR /source
COPY Directory.Build.props Directory.Build.rsp Directory.Build.targets Directory.Packages.props global.json ./
COPY src/BatchFunctions/BatchFunctions.csproj src/BatchFunctions/
COPY src/BatchFunctions.Api/BatchFunctions.Api.csproj src/BatchFunctions.Api/
COPY src/BatchFunctions.ScoringService/BatchFunctions.ScoringService.csproj src/BatchFunctions.ScoringService/
# Directory.Build.rsp names properties of the restore, and where there are any, only properties of the restore count in it.
RUN dotnet restore src/BatchFunctions.ScoringService -rp:UseCurrentRuntimeIdentifier=true -rp:SelfContained=true -rp:OnnxRuntimeFlavour=${ONNXRUNTIME}
COPY LICENSE ./
COPY docs/openapi.json docs/scoring-openapi.json docs/
COPY src/BatchFunctions src/BatchFunctions
COPY src/BatchFunctions.Api src/BatchFunctions.Api
COPY src/BatchFunctions.ScoringService src/BatchFunctions.ScoringService
RUN dotnet publish src/BatchFunctions.ScoringService --no-restore -c Release --use-current-runtime --self-contained -p:OnnxRuntimeFlavour=${ONNXRUNTIME} -p:ContinuousIntegrationBuild=true -p:RunAnalyzers=false -p:SourceRevisionId=${REVISION} -p:PublishDocumentationFiles=false -o /app
RUN cp LICENSE /app/ && rm -f /app/onnxruntime*.dll && find /app -exec touch --no-dereference --date=@${SOURCE_DATE_EPOCH} {} +

FROM ${RUNTIME_IMAGE}
ARG REVISION=
LABEL org.opencontainers.image.title="BatchFunctions scoring service" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.revision="${REVISION}"
ENV ASPNETCORE_HTTP_PORTS=8080 DOTNET_RUNNING_IN_CONTAINER=true HOME=/tmp
COPY --from=build /app /app
WORKDIR /app
USER 1654:1654
EXPOSE 8080
# There is no shell in the image and nothing that speaks HTTP but the service itself.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["/app/BatchFunctions.ScoringService", "probe"]
ENTRYPOINT ["/app/BatchFunctions.ScoringService"]
