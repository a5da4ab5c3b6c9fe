//! What AWS charges, in US dollars: list prices of us-east-1, without free tiers. Other regions cost up to half as much again.

/// When the prices were valid.
pub const DATE: &str = "January 2025";

/// Lambda on arm64: one GB of memory for one second.
pub const LAMBDA_GB_SECOND_ARM64: f64 = 0.000_013_333_4;
/// Lambda on x86-64: one GB of memory for one second.
pub const LAMBDA_GB_SECOND_X86_64: f64 = 0.000_016_666_7;
/// Lambda: one invocation.
pub const LAMBDA_REQUEST: f64 = 0.20e-6;
/// S3: one GET, HEAD or similar request.
pub const S3_GET: f64 = 0.40e-6;
/// S3: one PUT or LIST request.
pub const S3_PUT: f64 = 5.00e-6;
/// SQS, standard queue: one request, with up to ten messages.
pub const SQS_REQUEST: f64 = 0.40e-6;
/// DynamoDB, on demand: one write unit, 1 KB.
pub const DYNAMODB_WRITE: f64 = 0.625e-6;
/// DynamoDB, on demand: one read unit, 4 KB.
pub const DYNAMODB_READ: f64 = 0.125e-6;
/// CloudWatch Logs: one GB that is written.
pub const LOGS_GB: f64 = 0.50;
